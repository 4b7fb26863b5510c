import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** A file could not be read or written; the message names it and says what became of it. */
export class FileAccessError extends Error {
  override readonly name = 'FileAccessError';
  readonly path: string;
  /** The message without the path. */
  readonly reason: string;
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

const codeOf = (error: unknown): string => String((error as { readonly code?: unknown }).code ?? 'unknown'); // what node:fs throws has one

/** The bytes of a file. @throws FileAccessError naming it. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file. Check the path.',
      EISDIR: 'is a folder, not a file. Name a file in it.',
      EACCES: 'cannot be read: it is not allowed. Check its permissions.',
      ERR_FS_FILE_TOO_LARGE: 'is too large to be read as one.',
    };
    const code = codeOf(error);
    throw new FileAccessError(path, reasons[code] ?? `cannot be read: ${code}.`, { cause: error });
  }
}

/** What writing needs of node:fs; tests give one whose disk is full. */
export interface Disk {
  openSync(path: string, flags: string): number;
  writeSync(file: number, bytes: Uint8Array, offset: number): number;
  fsyncSync(file: number): void;
  closeSync(file: number): void;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
}

const realDisk: Disk = { openSync, writeSync, fsyncSync, closeSync, renameSync, unlinkSync };

/**
 * Where to write: what a link leads to, so that the link stays. A device or a pipe would be replaced by a file, and gone
 * for everyone.
 */
function placeOf(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return path;
  if (!there.isFile() && !there.isDirectory()) {
    throw new FileAccessError(path, 'is a device or a pipe, which a file would replace. Name a file.');
  }
  return realpathSync(path);
}

/**
 * Writes a file whole or not at all: beside it first, then in its place. What was there before stays until then.
 * @throws FileAccessError naming the file; nothing is left behind.
 */
export function replaceFile(path: string, bytes: Uint8Array, disk: Disk = realDisk): void {
  const place = placeOf(path);
  const partial = `${place}.${process.pid}.partial`;
  let file: number | undefined;
  try {
    file = disk.openSync(partial, 'w');
    for (let at = 0; at < bytes.length; ) at += disk.writeSync(file, bytes, at);
    disk.fsyncSync(file);
    disk.closeSync(file);
    file = undefined;
    disk.renameSync(partial, place);
  } catch (error) {
    const opened = codeOf(error) !== 'ENOENT';
    if (file !== undefined) attempt(() => disk.closeSync(file as number)); // not undefined
    if (opened) attempt(() => disk.unlinkSync(partial));
    const reasons: Readonly<Record<string, string>> = {
      ENOSPC: 'the disk is full',
      EDQUOT: 'the quota is used up',
      EFBIG: 'a file may not be that large here',
      ENOENT: 'the folder does not exist',
      EISDIR: 'it is a folder',
      EACCES: 'it is not allowed here',
      EPERM: 'it is not allowed here',
      EROFS: 'the disk takes no writes',
    };
    const code = codeOf(error);
    throw new FileAccessError(
      path,
      `cannot be written: ${reasons[code] ?? code}. What was there before is as it was.`,
      {
        cause: error,
      },
    );
  }
}

/** What cannot be cleared away must not hide what went wrong first. */
function attempt(f: () => void): void {
  try {
    f();
  } catch {
    // the first error is told
  }
}

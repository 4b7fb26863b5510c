import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A report could not be written; whatever stood at its place before still stands there. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly path: string;
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`report: cannot write ${path}: ${reason}`, options);
    this.path = path;
  }
}

/** What writing asks of a file system: a part of `node:fs/promises`. */
export interface Files {
  readonly open: typeof open;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
}

/**
 * Writes a report whole or not at all: into a temporary file beside it, flushed to disk, then renamed over it.
 *
 * @throws ReportError naming the file and the reason; no half-written file is left.
 */
export async function writeReport(path: string, html: string, files: Files = { open, rename, rm }): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await files.open(temporary, 'wx');
    try {
      await handle.writeFile(html, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, path);
  } catch (cause) {
    // The failure to report is the first one, whether or not the temporary file could be removed.
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw new ReportError(path, reasonOf(cause, path), { cause });
  }
}

const reasons: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `the folder ${dirname(path)} does not exist. Create it first.`,
  ENOTDIR: (path) => `${dirname(path)} is not a folder.`,
  EISDIR: () => 'a folder of that name is in the way.',
  EACCES: (path) => `no permission to write in ${dirname(path)}. Run the command from a folder of your own.`,
  EPERM: (path) => `no permission to write in ${dirname(path)}. Run the command from a folder of your own.`,
  EROFS: (path) => `${dirname(path)} is read-only. Run the command from a folder that can be written.`,
  ENOSPC: () => 'no space is left on the disk. Nothing was changed; free some space and run the command again.',
  EDQUOT: () => 'the disk quota is used up. Nothing was changed; free some space and run the command again.',
};

function reasonOf(cause: unknown, path: string): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code]?.(path) ?? `${cause instanceof Error ? cause.message : String(cause)}.`;
}

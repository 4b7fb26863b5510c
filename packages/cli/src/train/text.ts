import { readFileSync, statSync } from 'node:fs';
import { UserFileError } from '../user-file/errors.ts';
import { callerFolder, userPath } from '../user-file/load.ts';

/** A text to learn from, and what to call it. */
export interface Text {
  readonly name: string;
  readonly content: string;
}

/** Characters are kept as an array and as numbers: some 50 bytes for each byte of text. */
const most = 16_000_000;

/**
 * Reads a text of the user's; its path is taken against the folder the command was called from.
 * @throws UserFileError naming the file when it cannot be read, is empty, too large, or no UTF-8 text.
 */
export function readText(path: string): Text {
  const bytes = read(path);
  if (bytes.length === 0) throw new UserFileError(path, 'is empty. Give a text to learn from.');
  if (bytes.length > most) {
    throw new UserFileError(
      path,
      `has ${bytes.length} bytes; more than ${most} are not read. Give a part of it, as from head -c ${most}.`,
    );
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new UserFileError(path, `is not text: byte ${zero} is 0. Give a plain text in UTF-8.`);
  return { name: path, content: decode(path, bytes) };
}

function read(path: string): Uint8Array {
  const full = userPath(path);
  try {
    if (statSync(full).isDirectory()) throw new UserFileError(path, 'is a folder, not a file. Name a text file in it.');
    return readFileSync(full);
  } catch (error) {
    if (error instanceof UserFileError) throw error;
    const { code, message } = error as NodeJS.ErrnoException; // what fs throws
    if (code === 'ENOENT') throw new UserFileError(path, `no such file in ${callerFolder()}. Check the path.`);
    if (code === 'EACCES') throw new UserFileError(path, 'cannot be read: it is not allowed. Check its permissions.');
    throw new UserFileError(path, `cannot be read: ${message}.`);
  }
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserFileError(path, 'is not UTF-8 text. Convert it, as with iconv -f latin1 -t utf-8.');
  }
}

import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserFileError } from './errors.ts';
import { userPath } from './load.ts';

/** Whether two paths lead to one file, by whatever links. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [statSync(one, { throwIfNoEntry: false }), statSync(other, { throwIfNoEntry: false })];
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/**
 * Where a file that the user named is to be written, looked at before any work is done for it. `example` is how an option
 * names a file; `sources` are files that were read.
 * @throws UserFileError when nothing can be written there, or it is a source.
 */
export function placeToWrite(path: string, example: string, sources: readonly string[]): string {
  const full = userPath(path);
  requireWritable(path, full, example);
  for (const source of sources) {
    if (isSame(full, userPath(source))) {
      throw new UserFileError(path, 'is what is read, and would be written over. Name another file to write.');
    }
  }
  return full;
}

function requireWritable(path: string, full: string, example: string): void {
  const folder = dirname(full);
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new UserFileError(path, `there is no folder ${folder} to write it in. Make it first.`);
  }
  const there = statSync(full, { throwIfNoEntry: false });
  if (there?.isDirectory()) {
    throw new UserFileError(path, `is a folder. Name a file to write, as in ${example}.`);
  }
  if (there !== undefined && !there.isFile()) {
    throw new UserFileError(path, `is a device or a pipe. Name a file to write, as in ${example}.`);
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UserFileError(path, `nothing may be written in ${folder}. Check its permissions, or name another place.`);
  }
}

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage.ts';

/** A file to write. */
export interface NewFile {
  readonly name: string;
  readonly source: string;
}

/**
 * Writes new files, all or none; what exists stays as it is.
 * @throws UsageError naming the files that exist, or what could not be written and why.
 */
export function writeFiles(folder: string, files: readonly NewFile[]): void {
  const existing = files.map(({ name }) => name).filter((name) => existsSync(join(folder, name)));
  if (existing.length > 0) throw exists(existing, folder);
  const written: string[] = [];
  for (const { name, source } of files) {
    const path = join(folder, name);
    try {
      writeFileSync(path, source, { flag: 'wx' }); // fails, too, when another has just made it
      written.push(path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException; // what fs throws
      // A disk that fills up leaves a part of the file; one that another process made is not ours to remove.
      remove(code === 'EEXIST' ? written : [...written, path]);
      if (code === 'EEXIST') throw exists([name], folder);
      const reason = reasons[code ?? ''] ?? message;
      throw new UsageError(`new: cannot write ${name} into ${folder}: ${reason}. Nothing was written.`);
    }
  }
}

const remove = (paths: readonly string[]): void => {
  for (const path of paths) if (existsSync(path)) rmSync(path); // force would not pass over a name that is too long
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it is not allowed. Call it from a folder of yours',
  EPERM: 'it is not allowed. Call it from a folder of yours',
  EROFS: 'the disk is read-only. Call it from a folder of yours',
  ENOENT: 'there is no such folder. Call it from one that exists',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long. Give a shorter one',
};

const exists = (names: readonly string[], folder: string): UsageError =>
  new UsageError(
    `new: ${names.join(', ')} ${names.length === 1 ? 'exists' : 'exist'} in ${folder}. Nothing was written; give another name.`,
  );

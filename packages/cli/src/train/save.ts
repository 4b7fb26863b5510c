import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeSafetensors } from '@throughline/interop';
import { FileAccessError, replaceFile } from '@throughline/interop/node';
import type { ParamTree } from '../index.ts';
import { UsageError } from '../usage.ts';
import { UserFileError } from '../user-file/errors.ts';
import { userPath } from '../user-file/load.ts';
import type { Saved } from './teach.ts';

/** What `check --weights` must know besides the parameters. */
export interface SavedFacts {
  /** As it was named: one of ours, or a file. */
  readonly cell: string;
  /** Of the text. */
  readonly sha256: string;
  readonly vocabulary: readonly string[];
  /** Files that were read, and must not be written over. */
  readonly sources: readonly string[];
}

/**
 * What keeps a trained model in a file; undefined when none is asked for. The place is looked at now, since afterwards the
 * training would be lost.
 * @throws UserFileError when nothing can be written there.
 */
export function saver(
  path: string | undefined,
  { cell, sha256, vocabulary, sources }: SavedFacts,
): ((params: ParamTree) => Saved) | undefined {
  if (path === undefined) return undefined;
  if (path === '') throw new UsageError('--save needs a file to write, as in --save model.safetensors.');
  const full = userPath(path);
  requireWritable(path, full);
  for (const source of sources) {
    if (isSame(full, userPath(source))) {
      throw new UserFileError(path, 'is what is read, and would be written over. Name another file to write.');
    }
  }
  const metadata = { format: 'throughline', cell, vocabulary: vocabulary.join(''), text: sha256 };
  return (params) => {
    const bytes = writeSafetensors(params, { metadata });
    try {
      replaceFile(full, bytes);
    } catch (error) {
      if (!(error instanceof FileAccessError)) throw error;
      throw new UserFileError(path, error.reason, { cause: error });
    }
    return { file: path, bytes: bytes.length };
  };
}

/** Whether two paths lead to one file, by whatever links. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [statSync(one, { throwIfNoEntry: false }), statSync(other, { throwIfNoEntry: false })];
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function requireWritable(path: string, full: string): void {
  const folder = dirname(full);
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new UserFileError(path, `there is no folder ${folder} to write it in. Make it first.`);
  }
  const there = statSync(full, { throwIfNoEntry: false });
  if (there?.isDirectory()) {
    throw new UserFileError(path, 'is a folder. Name a file to write, as in --save model.safetensors.');
  }
  if (there !== undefined && !there.isFile()) {
    throw new UserFileError(path, 'is a device or a pipe. Name a file to write, as in --save model.safetensors.');
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UserFileError(path, `nothing may be written in ${folder}. Check its permissions, or name another place.`);
  }
}

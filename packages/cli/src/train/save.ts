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
}

/**
 * What keeps a trained model in a file; undefined when none is asked for. The place is looked at now, since afterwards the
 * training would be lost.
 * @throws UserFileError when nothing can be written there.
 */
export function saver(
  path: string | undefined,
  { cell, sha256, vocabulary }: SavedFacts,
): ((params: ParamTree) => Saved) | undefined {
  if (path === undefined) return undefined;
  if (path === '') throw new UsageError('--save needs a file to write, as in --save model.safetensors.');
  const full = userPath(path);
  requireWritable(path, full);
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

function requireWritable(path: string, full: string): void {
  const folder = dirname(full);
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new UserFileError(path, `there is no folder ${folder} to write it in. Make it first.`);
  }
  if (statSync(full, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserFileError(path, 'is a folder. Name a file to write, as in --save model.safetensors.');
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UserFileError(path, `nothing may be written in ${folder}. Check its permissions, or name another place.`);
  }
}

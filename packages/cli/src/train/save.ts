import { writeSafetensors } from '@throughline/interop';
import { FileAccessError, replaceFile } from '@throughline/interop/node';
import type { ParamTree } from '../index.ts';
import { UsageError } from '../usage.ts';
import { UserFileError } from '../user-file/errors.ts';
import { placeToWrite } from '../user-file/place-to-write.ts';
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
  const full = placeToWrite(path, '--save model.safetensors', sources);
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

import type { Tensor } from '@throughline/tensor';
import { FileFormatError } from '../bytes/format-error.ts';
import { readNpy } from '../npy/read.ts';
import { writeNpy } from '../npy/write.ts';
import { readSafetensors, type Safetensors } from '../safetensors/read.ts';
import { type SafetensorsOptions, writeSafetensors } from '../safetensors/write.ts';
import { FileAccessError, readBytes, replaceFile } from './files.ts';

/** Reads a .safetensors file. @throws FileAccessError naming the file, also for what is wrong in it. */
export const loadSafetensors = (path: string): Safetensors => parsed(path, readSafetensors);

/** Reads a .npy file. @throws FileAccessError naming the file, also for what is wrong in it. */
export const loadNpy = (path: string): Tensor => parsed(path, readNpy);

/** Writes a .safetensors file, whole or not at all. @throws FileAccessError naming the file. */
export const saveSafetensors = (path: string, tree: unknown, options?: SafetensorsOptions): void =>
  replaceFile(path, writeSafetensors(tree, options));

/** Writes a .npy file, whole or not at all. @throws FileAccessError naming the file. */
export const saveNpy = (path: string, tensor: Tensor): void => replaceFile(path, writeNpy(tensor));

function parsed<T>(path: string, read: (bytes: Uint8Array) => T): T {
  const bytes = readBytes(path);
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof FileFormatError)) throw error;
    throw new FileAccessError(path, error.message.replace(/^\w+: /, ''), { cause: error });
  }
}

import type { Tensor } from '@throughline/tensor';
import { bytesEach, writeElements } from '../bytes/write-elements.ts';
import { descrOf } from './dtypes.ts';

/**
 * A tensor as the bytes of a .npy file, version 1.0, as numpy.save writes it.
 *
 * Dtypes: float64 → <f8, float32 → <f4, int32 → <i4, bool → |b1.
 * @example writeNpy(tensor([1, 2, 3])).length   // 152
 */
export function writeNpy(tensor: Tensor): Uint8Array {
  const { shape, dtype, size } = tensor;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descrOf[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64; // data begin at a multiple of 64
  const bytes = new Uint8Array(length + size * bytesEach(tensor));
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 11)}\n`), 10);
  writeElements(bytes, length, tensor);
  return bytes;
}

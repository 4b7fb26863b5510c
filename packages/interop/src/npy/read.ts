import { stridesOf, type Tensor } from '@throughline/tensor';
import { checkBytes } from '../bytes/check-bytes.ts';
import { readElements } from '../bytes/elements.ts';
import { bytesOf } from '../bytes/extents.ts';
import { FileFormatError } from '../bytes/format-error.ts';
import { readHeader } from './header.ts';

const op = 'readNpy';

/**
 * Reads a .npy file of version 1.0, 2.0 or 3.0, strictly: the length is checked before memory is asked for.
 *
 * Dtypes: f8 → float64; f4, and f2 exactly, → float32; integers → int32, refused where a value lies beyond; b1 → bool; either
 * order of bytes. An array in Fortran's order is turned into rows.
 * Source: numpy.lib.format.
 * @throws FileFormatError with the byte at which the file is not what it should be, also for pickled objects.
 * @example readNpy(writeNpy(tensor([[1, 2], [3, 4]])))   // f64[2,2] [[1, 2], [3, 4]]
 */
export function readNpy(bytes: Uint8Array): Tensor {
  checkBytes(op, bytes);
  const { element, little, fortran, shape, data } = readHeader(op, bytes);
  const takes = bytesOf(shape, element.bytes);
  const have = bytes.length - data;
  if (takes !== have) {
    const needs = Number.isFinite(takes) ? `${takes} bytes` : 'more bytes than can be counted';
    const remedy = have < takes ? ' The file is cut off.' : '';
    throw new FileFormatError(
      op,
      have < takes ? bytes.length : data + takes,
      `shape [${shape.join(',')}] takes ${needs} of data, the file has ${have}.${remedy}`,
    );
  }
  const source = { op, bytes, at: data, little, label: '' };
  if (!fortran || shape.length < 2) return readElements(source, element, shape);
  return readElements({ ...source, place: columnsFirst(shape) }, element, shape);
}

/** Walks over an array in Fortran's order, the first axis fastest, and gives each entry's place by rows. */
function columnsFirst(shape: readonly number[]): () => number {
  const strides = stridesOf(shape);
  const index = shape.map(() => 0);
  let at = 0;
  return () => {
    const here = at;
    for (let axis = 0; axis < shape.length; axis++) {
      const [extent, stride] = [shape[axis] as number, strides[axis] as number]; // axis < rank
      const next = (index[axis] as number) + 1; // axis < rank
      at += stride;
      index[axis] = next;
      if (next < extent) break;
      at -= extent * stride;
      index[axis] = 0;
    }
    return here;
  };
}

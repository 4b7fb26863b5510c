import { Concrete } from '../tensor.ts';
import { below } from './below.ts';

/**
 * int32 places of the elements along an axis, in ascending order (`descending`: in descending). Elements that tie keep
 * their order, −0 = +0, and NaN is the largest of all.
 */
export function argsort({ storage, shape, size }: Concrete, axis: number, descending: boolean): Concrete {
  const extent = shape[axis];
  let inner = 1;
  for (let k = axis + 1; k < shape.length; k++) inner *= shape[k];
  const places = new Int32Array(size);
  const keys = new Float64Array(extent);
  const rows = extent === 0 ? 0 : size / extent;
  for (let row = 0; row < rows; row++) {
    const start = Math.floor(row / inner) * extent * inner + (row % inner);
    for (let r = 0; r < extent; r++) keys[r] = storage[start + r * inner];
    const sorted = mergeSort(keys, descending);
    for (let r = 0; r < extent; r++) places[start + r * inner] = sorted[r];
  }
  return new Concrete(places, 'int32', shape);
}

/** Keys beside their places, which move together. */
interface List {
  readonly keys: Float64Array;
  readonly places: Int32Array;
}

const listOf = (keys: Float64Array): List => ({ keys, places: new Int32Array(keys.length) });

/** Places of the keys, sorted: runs of 1, 2, 4, … are merged from one list into the other. */
function mergeSort(keys: Float64Array, descending: boolean): Int32Array {
  const length = keys.length;
  let from = listOf(keys);
  let to = listOf(new Float64Array(length));
  for (let i = 0; i < length; i++) from.places[i] = i;
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      merge(from, to, start, Math.min(start + width, length), Math.min(start + 2 * width, length), descending);
    }
    [from, to] = [to, from];
  }
  return from.places;
}

/** Two neighbouring runs into one; of equals the left one comes first. */
function merge(from: List, to: List, start: number, middle: number, stop: number, descending: boolean): void {
  const { keys, places } = from;
  let left = start;
  let right = middle;
  for (let next = start; next < stop; next++) {
    const a = keys[left];
    const b = keys[right];
    const takesRight = right < stop && (left >= middle || (descending ? below(a, b) : below(b, a)));
    to.keys[next] = takesRight ? b : a;
    to.places[next] = places[takesRight ? right++ : left++];
  }
}

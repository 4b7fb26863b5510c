import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';

/**
 * y_t = a_t · y_{t−1} + b_t along axis 0, one step after another from the first (`reverse`: from the last), each product
 * rounded before it is added. Without `from` the first y is its b, whatever its a.
 */
export function linearRecurrence(a: Concrete, b: Concrete, from: Concrete | undefined, reverse: boolean): Concrete {
  const { dtype, shape, size } = b;
  const length = shape[0] as number; // infer: rank ≥ 1
  const width = length === 0 ? 0 : size / length;
  const storage = allocate(dtype, size);
  const step = dtype === 'float32' ? step32 : step64;
  for (let n = 0; n < length; n++) {
    const at = (reverse ? length - 1 - n : n) * width;
    if (n > 0) step(storage, at, a.storage, b.storage, storage, at + (reverse ? width : -width), width);
    else if (from !== undefined) step(storage, at, a.storage, b.storage, from.storage, 0, width);
    else for (let i = 0; i < width; i++) storage[at + i] = b.storage[at + i] as number; // equal sizes
  }
  return new Concrete(storage, dtype, shape);
}

type Numbers = Concrete['storage'];

function step64(y: Numbers, at: number, a: Numbers, b: Numbers, last: Numbers, before: number, width: number): void {
  for (let i = 0; i < width; i++) y[at + i] = a[at + i] * last[before + i] + b[at + i];
}

function step32(y: Numbers, at: number, a: Numbers, b: Numbers, last: Numbers, before: number, width: number): void {
  for (let i = 0; i < width; i++) y[at + i] = Math.fround(a[at + i] * last[before + i]) + b[at + i];
}

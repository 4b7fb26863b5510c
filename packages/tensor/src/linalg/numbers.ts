import { allocate } from '../kernels/allocate.ts';
import { Concrete } from '../tensor.ts';

/** Whether there is no NaN and no ±∞ among the numbers. */
export function areFinite(x: ArrayLike<number>): boolean {
  for (let i = 0; i < x.length; i++) if (!(Math.abs(x[i]) < Number.POSITIVE_INFINITY)) return false;
  return true;
}

/** The numbers as float64, in memory of their own. */
export const widen = (x: Concrete): Float64Array => Float64Array.from(x.storage);

/** Float64 numbers, rounded to the dtype of `like`; null stands for NaN throughout. */
export function rounded(values: Float64Array | null, like: Concrete, shape: readonly number[]): Concrete {
  const out = allocate(
    like.dtype,
    shape.reduce((a, b) => a * b, 1),
  );
  if (values === null) out.fill(Number.NaN);
  else out.set(values);
  return new Concrete(out, like.dtype, shape);
}

import { sum, type Tensor } from 'throughline';

/** Every copy's cotangent counts: sums over the axes that were missing, then over those of extent 1. */
export function unbroadcast(ct: Tensor, shape: readonly number[]): Tensor {
  let back = ct;
  while (back.rank > shape.length) back = sum(back, 0);
  for (const [axis, extent] of shape.entries()) {
    if (extent === 1 && back.shape[axis] !== 1) back = sum(back, axis, { keepDims: true });
  }
  return back;
}

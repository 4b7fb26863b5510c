import { ArgumentError, formatType, normalizeAxis, type Tensor } from '@throughline/tensor';
import { slice } from '../primitives/slice-pad.ts';
import { argsort } from './sort.ts';
import { takeAlong } from './take-along.ts';

/**
 * The k largest elements along an axis, the last by default, in descending order, and where they stand. Of those that tie
 * the first come first; NaN is the largest.
 *
 * Shapes: both results have extent k at the axis. Dtypes: any; indices are int32. Gradient: each part of the values' ȳ
 * goes to the element that was taken, 0 to the others.
 * @throws ArgumentError unless k is a count up to the axis's extent; AxisError when the axis is out of range.
 * @example topK(tensor([3, 1, 2]), 2).values    // f64[2] [3, 2]
 * @example topK(tensor([3, 1, 2]), 2).indices   // i32[2] [0, 2]
 */
export function topK(x: Tensor, k: number, axis = -1): { readonly values: Tensor; readonly indices: Tensor } {
  const a = normalizeAxis('topK', axis, x);
  const extent = x.shape[a] ?? 0;
  if (!Number.isInteger(k) || k < 0 || k > extent) {
    throw new ArgumentError(
      'topK',
      `k is ${k}, but axis ${a} of ${formatType(x)} has ${extent} elements. Use 0 to ${extent}.`,
    );
  }
  const order = argsort(x, a, { descending: true });
  const indices = slice(
    order,
    order.shape.map(() => 0),
    order.shape.with(a, k),
  );
  return { values: takeAlong(x, indices, a), indices };
}

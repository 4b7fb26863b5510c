import { isFloat, normalizeAxis, type Tensor } from '@throughline/tensor';
import { argmax } from '../primitives/argmax.ts';
import { neg, sub } from '../primitives/maps/arithmetic.ts';
import { checkNotEmpty } from '../primitives/max-min.ts';
import type { ReduceOptions } from '../primitives/sum-broadcast.ts';
import { checkNumber } from './check-number.ts';

/**
 * The place of the smallest element along an axis: the first where several tie, the first NaN when there is one.
 *
 * Shapes: the axis is dropped, or kept with extent 1 (`keepDims`). Dtypes: numbers → int32. Gradient: none, the result is
 * an integer.
 * @throws AxisError when the axis is out of range; ShapeError when it is empty; DTypeError for bool.
 * @example argmin(tensor([[4, 1], [2, 3]]))   // i32[2] [1, 0]
 */
export function argmin(x: Tensor, axis = -1, options: ReduceOptions = {}): Tensor {
  const a = normalizeAxis('argmin', axis, x);
  checkNumber('argmin', x);
  checkNotEmpty('argmin', x, [a]);
  // −1 − x turns the order of all integers round, the least among them, which has no negative.
  return argmax(isFloat(x.dtype) ? neg(x) : sub(-1, x), a, options);
}

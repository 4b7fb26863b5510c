import { normalizeAxes, type Tensor } from '@throughline/tensor';
import { checkFloat } from '../operand.ts';
import { notEqual } from '../primitives/maps/comparison.ts';
import { sqrt, square } from '../primitives/maps/powers.ts';
import { type ReduceOptions, sum } from '../primitives/sum-broadcast.ts';
import { where } from '../primitives/where.ts';
import { whereSafe } from './where-safe.ts';

/**
 * The Euclidean norm √Σx² over `axes` (all of them by default).
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: floats; the squares must not overflow. Gradient:
 * x̄ = ȳ x / y, and 0 where y = 0.
 * @throws AxisError when an axis is out of range or named twice; DTypeError unless float.
 * @example norm(tensor([3, 4]))   // f64[] 5
 */
export function norm(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  checkFloat('norm', x);
  const squares = sum(square(x), normalizeAxes('norm', axes, x), options);
  const nonzero = notEqual(squares, 0); // true for NaN, which is to be seen
  return where(nonzero, whereSafe(nonzero, sqrt, squares, 1), 0);
}

import { ArgumentError, formatType, normalizeAxes, type Tensor } from '@throughline/tensor';
import { checkFloat } from '../operand.ts';
import { mean } from '../ops/mean.ts';
import { div, sub } from '../primitives/maps/arithmetic.ts';
import { sqrt, square } from '../primitives/maps/powers.ts';
import { checkNotEmpty } from '../primitives/max-min.ts';
import { type ReduceOptions, sum } from '../primitives/sum-broadcast.ts';
import { zeroSafe } from './zero-safe.ts';

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** What is taken from the count before it divides: 0 by default, 1 for the unbiased estimate. */
  readonly ddof?: number;
}

/**
 * The variance over `axes` (all of them by default): the mean first, then the squares of what differs from it, so that
 * a large mean costs no digits.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: floats. Gradient: x̄ = 2 ȳ (x − mean) / (n − ddof).
 * @throws ShapeError when an axis is empty; ArgumentError unless ddof < n; AxisError; DTypeError unless float.
 * @example variance(tensor([1, 2, 3, 4]))                           // f64[] 1.25
 * @example variance(tensor([1, 2, 3]), undefined, { ddof: 1 })      // f64[] 1
 */
export const variance = (x: Tensor, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor =>
  spread('variance', x, axes, options);

/**
 * The standard deviation over `axes` (all of them by default): the root of `variance`.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: floats. Gradient: x̄ = ȳ (x − mean) / ((n − ddof) y);
 * 0 where y is 0, which is a kink.
 * @throws ShapeError when an axis is empty; ArgumentError unless ddof < n; AxisError; DTypeError unless float.
 * @example std(tensor([1, 3]))   // f64[] 1
 */
export const std = (x: Tensor, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor =>
  zeroSafe(spread('std', x, axes, options), sqrt);

function spread(
  op: string,
  x: Tensor,
  axes: number | readonly number[] | undefined,
  { ddof = 0, ...options }: VarianceOptions,
): Tensor {
  const list = normalizeAxes(op, axes, x);
  checkFloat(op, x);
  checkNotEmpty(op, x, list);
  const count = list.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1);
  if (!(ddof < count)) {
    throw new ArgumentError(
      op,
      `ddof is ${ddof}, which leaves nothing of the ${count} elements that ${formatType(x)} has over axes [${list}]. Use a smaller one.`,
    );
  }
  return div(sum(square(sub(x, mean(x, list, { keepDims: true }))), list, options), count - ddof);
}

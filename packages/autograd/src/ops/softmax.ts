import { normalizeAxes, normalizeAxis, type Tensor } from '@throughline/tensor';
import { checkFloat } from '../operand.ts';
import { add, div, sub } from '../primitives/maps/arithmetic.ts';
import { exp } from '../primitives/maps/exponential.ts';
import { log } from '../primitives/maps/logarithmic.ts';
import { isFinite as finite } from '../primitives/maps/logical.ts';
import { checkNotEmpty, max } from '../primitives/max-min.ts';
import { reshape } from '../primitives/reshape.ts';
import { stopGradient } from '../primitives/stop-gradient.ts';
import { type ReduceOptions, sum, without } from '../primitives/sum-broadcast.ts';
import { where } from '../primitives/where.ts';

/**
 * The largest element, kept as an axis of extent 1, as a constant; 0 where it is not finite. Subtracting it changes no
 * value below, and so no gradient, but keeps exp from overflowing.
 */
function shiftOf(op: string, x: Tensor, axes: readonly number[]): Tensor {
  checkFloat(op, x);
  checkNotEmpty(op, x, axes);
  const largest = stopGradient(max(x, axes, { keepDims: true }));
  return where(finite(largest), largest, 0);
}

/**
 * log Σ exp(x) over `axes` (all of them by default), without overflow.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: floats. A row of −∞ gives −∞, one with +∞ gives
 * +∞. Gradient: x̄ = ȳ softmax(x); NaN in rows whose value is not finite.
 * @throws ShapeError when an axis is empty; AxisError when one is out of range or named twice; DTypeError unless float.
 * @example logSumExp(tensor([1000, 1000]))   // f64[] 1000.69
 */
export function logSumExp(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const list = normalizeAxes('logSumExp', axes, x);
  const shift = shiftOf('logSumExp', x, list);
  const y = add(log(sum(exp(sub(x, shift)), list, { keepDims: true })), shift);
  return options.keepDims === true ? y : reshape(y, without(x.shape, list));
}

/**
 * exp(x) / Σ exp(x) along an axis, without overflow.
 *
 * Shapes: any, unchanged. Dtypes: floats. Entries of −∞ give 0; a row of nothing else is NaN, and so is an entry of +∞.
 * Gradient: x̄ = y (ȳ − Σ ȳ y).
 * @throws ShapeError when the axis is empty; AxisError when it is out of range; DTypeError unless float.
 * @example softmax(tensor([0, 0]))   // f64[2] [0.5, 0.5]
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  const axes = [normalizeAxis('softmax', axis, x)];
  const y = exp(sub(x, shiftOf('softmax', x, axes)));
  return div(y, sum(y, axes, { keepDims: true }));
}

/**
 * log softmax(x) along an axis: x − logSumExp(x), without overflow and without the logarithm of 0.
 *
 * Shapes: any, unchanged. Dtypes: floats. Entries of −∞ stay; a row of nothing else is NaN, and so is an entry of +∞.
 * Gradient: x̄ = ȳ − softmax(x) Σ ȳ.
 * @throws ShapeError when the axis is empty; AxisError when it is out of range; DTypeError unless float.
 * @example logSoftmax(tensor([1000, 0]))   // f64[2] [0, -1000]
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const axes = [normalizeAxis('logSoftmax', axis, x)];
  const shifted = sub(x, shiftOf('logSoftmax', x, axes));
  return sub(shifted, log(sum(exp(shifted), axes, { keepDims: true })));
}

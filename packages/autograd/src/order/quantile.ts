import { ArgumentError, formatType, normalizeAxes, Tensor } from '@throughline/tensor';
import { checkFloat, describe } from '../operand.ts';
import { at } from '../ops/at.ts';
import { stack } from '../primitives/concat-split.ts';
import { add, mul, sub } from '../primitives/maps/arithmetic.ts';
import { notEqual } from '../primitives/maps/comparison.ts';
import { checkNotEmpty } from '../primitives/max-min.ts';
import { reshape } from '../primitives/reshape.ts';
import { filled, keepAxes, type ReduceOptions, without } from '../primitives/sum-broadcast.ts';
import { transpose } from '../primitives/transpose.ts';
import { where } from '../primitives/where.ts';
import { sort } from './sort.ts';

/** What stands at place q (n − 1) of n sorted elements when that is between two: NumPy's names. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';

/** Options of `quantile`. */
export interface QuantileOptions extends ReduceOptions {
  /** Default 'linear'. 'nearest' takes the even place of two that are as near. */
  readonly method?: QuantileMethod;
}

/** How far from the lower place to the upper. */
const fractions: Readonly<Record<QuantileMethod, (fraction: number, lower: number) => number>> = {
  linear: (fraction) => fraction,
  lower: () => 0,
  higher: (fraction) => (fraction > 0 ? 1 : 0),
  nearest: (fraction, lower) => (fraction > 0.5 || (fraction === 0.5 && lower % 2 === 1) ? 1 : 0),
  midpoint: (fraction) => (fraction > 0 ? 0.5 : 0),
};

/**
 * The value below which a part q of the elements over `axes` (all of them by default) lies: what stands at place q (n − 1)
 * when they are sorted, with a straight line between neighbours or as `method` says. NaN when one of them is NaN.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`); a list of q adds an axis in front. Dtypes: floats.
 * Gradient: ȳ goes to the one or two elements at that place, in parts; of those that tie, in their order.
 * @throws ArgumentError unless all q are numbers from 0 to 1, and for another method; ShapeError when an axis is empty;
 * AxisError; DTypeError unless float.
 * @example quantile(tensor([1, 2, 4]), 0.25)        // f64[] 1.5
 * @example quantile(tensor([1, 2, 4]), [0, 0.75])   // f64[2] [1, 3]
 */
export function quantile(
  x: Tensor,
  q: number | readonly number[],
  axes?: number | readonly number[],
  { method = 'linear', keepDims = false }: QuantileOptions = {},
): Tensor {
  const list = normalizeAxes('quantile', axes, x);
  checkFloat('quantile', x);
  checkNotEmpty('quantile', x, list);
  const fractionOf = fractions[method] as (typeof fractions)[QuantileMethod] | undefined; // callers may not be typed
  if (fractionOf === undefined) {
    const names = Object.keys(fractions).map((name) => `'${name}'`);
    throw new ArgumentError('quantile', `there is no method ${JSON.stringify(method)}. Use ${names.join(', ')}.`);
  }
  const shape = keepDims ? keepAxes(x.shape, list) : without(x.shape, list);
  const sorted = sortedOver(x, list);
  const one = (part: unknown): Tensor => reshape(placed(sorted, checkPart(part), fractionOf), shape);
  if (!Array.isArray(q)) return one(q);
  return q.length > 0 ? stack(q.map(one)) : filled({ dtype: x.dtype, shape: [0, ...shape] }, 0);
}

/**
 * The middle of the elements over `axes` (all of them by default) when they are sorted; of an even number half way between
 * the two in the middle. NaN when one of them is NaN.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: floats. Gradient: ȳ goes to the element in the
 * middle, or half to each of two; of those that tie, in their order.
 * @throws ShapeError when an axis is empty; AxisError when one is out of range or named twice; DTypeError unless float.
 * @example median(tensor([5, 1, 2]))      // f64[] 2
 * @example median(tensor([5, 1, 2, 3]))   // f64[] 2.5
 */
export function median(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const list = normalizeAxes('median', axes, x);
  checkFloat('median', x);
  checkNotEmpty('median', x, list);
  return quantile(x, 0.5, list, options);
}

function checkPart(q: unknown): number {
  if (typeof q === 'number' && q >= 0 && q <= 1) return q;
  if (typeof q === 'number') throw new ArgumentError('quantile', `q is ${q}. Use numbers from 0 to 1.`);
  const what = q instanceof Tensor ? formatType(q) : describe(q);
  throw new ArgumentError(
    'quantile',
    `q is ${what}, not a number that is known when it is traced. Use numbers from 0 to 1, such as captured ones.`,
  );
}

/** Along axis 0. */
function sortedOver(x: Tensor, axes: readonly number[]): Tensor {
  const kept = without(
    x.shape.map((_, axis) => axis),
    axes,
  );
  const count = axes.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1);
  return sort(reshape(transpose(x, [...axes, ...kept]), [count, ...without(x.shape, axes)]), 0);
}

function placed(sorted: Tensor, q: number, fractionOf: (fraction: number, lower: number) => number): Tensor {
  const place = q * ((sorted.shape[0] ?? 1) - 1);
  const lower = Math.floor(place);
  const fraction = fractionOf(place - lower, lower);
  const y = between(sorted, lower, fraction);
  const largest = at(sorted, -1);
  return where(notEqual(largest, largest), largest, y); // NaN
}

/** Halves do not overflow; elsewhere it is exact where both are equal. */
function between(sorted: Tensor, lower: number, fraction: number): Tensor {
  if (fraction === 0) return at(sorted, lower);
  if (fraction === 1) return at(sorted, lower + 1);
  const [a, b] = [at(sorted, lower), at(sorted, lower + 1)];
  if (fraction === 0.5) return add(mul(a, 0.5), mul(b, 0.5));
  return fraction < 0.5 ? add(a, mul(sub(b, a), fraction)) : sub(b, mul(sub(b, a), 1 - fraction));
}

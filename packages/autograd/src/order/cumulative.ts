import { isFloat, normalizeAxis, type Tensor } from '@throughline/tensor';
import { associativeScan } from '../ops/associative-scan.ts';
import { linearRecurrence } from '../primitives/linear-recurrence.ts';
import { add, mul } from '../primitives/maps/arithmetic.ts';
import { moveAxes } from '../primitives/transpose.ts';
import { checkNumber } from './check-number.ts';

/** Options of what accumulates along an axis. */
export interface CumulativeOptions {
  /** From the last element to the first. */
  readonly reverse?: boolean;
}

/**
 * Sums so far along an axis, the last by default, one element after another.
 *
 * Shapes: any but a scalar, unchanged. Dtypes: numbers; int32 wraps. Gradient: x̄_i = Σ ȳ_t over all t from i on, the same
 * sums the other way.
 * @throws AxisError when the axis is out of range; DTypeError for bool.
 * @example cumsum(tensor([1, 2, 3]))   // f64[3] [1, 3, 6]
 */
export function cumsum(x: Tensor, axis = -1, options: CumulativeOptions = {}): Tensor {
  const a = normalizeAxis('cumsum', axis, x);
  checkNumber('cumsum', x);
  return moveAxes(sums(moveAxes(x, a, 0), options), 0, a);
}

// Sums of integers that wrap are the same in any order.
const sums = (x: Tensor, options: CumulativeOptions): Tensor =>
  isFloat(x.dtype) ? linearRecurrence(1, x, options) : associativeScan(add, x, options);

/**
 * Products so far along an axis, the last by default, one element after another.
 *
 * Shapes: any but a scalar, unchanged. Dtypes: numbers; int32 wraps. Gradient: x̄_i = P_{i−1} S_i with the products P and
 * S_i = ȳ_i + x_{i+1} S_{i+1}: nothing is divided, so zeros are no trouble.
 * @throws AxisError when the axis is out of range; DTypeError for bool.
 * @example cumprod(tensor([1, 2, 3]))   // f64[3] [1, 2, 6]
 */
export function cumprod(x: Tensor, axis = -1, options: CumulativeOptions = {}): Tensor {
  const a = normalizeAxis('cumprod', axis, x);
  checkNumber('cumprod', x);
  return moveAxes(products(moveAxes(x, a, 0), options), 0, a);
}

/** Along axis 0. −0 is what changes no product, not even −0, when it is added. */
export const products = (x: Tensor, { reverse = false }: CumulativeOptions = {}): Tensor =>
  isFloat(x.dtype) ? linearRecurrence(x, -0, { from: 1, reverse }) : associativeScan(mul, x, { reverse });

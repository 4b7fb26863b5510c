import { ArgumentError, formatType, normalizeAxes, type Tensor } from '@throughline/tensor';
import { checkFloat } from '../operand.ts';
import { singularValues } from '../primitives/linalg/svd.ts';
import { div, mul } from '../primitives/maps/arithmetic.ts';
import { greater, less } from '../primitives/maps/comparison.ts';
import { abs, maximum } from '../primitives/maps/kinked.ts';
import { logicalAnd, logicalNot } from '../primitives/maps/logical.ts';
import { pow, sqrt, square } from '../primitives/maps/powers.ts';
import { checkNotEmpty, max, min } from '../primitives/max-min.ts';
import { reshape } from '../primitives/reshape.ts';
import { stopGradient } from '../primitives/stop-gradient.ts';
import { keepAxes, type ReduceOptions, sum, without } from '../primitives/sum-broadcast.ts';
import { transpose } from '../primitives/transpose.ts';
import { where } from '../primitives/where.ts';
import { zeroSafe } from './zero-safe.ts';

/** Which norm: p of vectors; 1, 2, ±∞, 'fro' and 'nuc' of matrices. */
export type NormOrder = number | 'fro' | 'nuc';

/**
 * The norm over `axes` (all of them by default).
 *
 * Without `ord` the root of the sum of squares of all elements. With it NumPy's: over one axis (Σ |x|^p)^(1/p) for p > 0,
 * the largest |x| for ∞, the smallest for −∞; over two axes, of which the first counts rows, 'fro' is the root of the sum
 * of squares, 1 and ∞ are the largest sums of |x| in a column and in a row (−1, −∞ the smallest), 2 and −2 the largest
 * and smallest singular value, 'nuc' their sum. Sums of powers are taken relative to the largest element, so nothing
 * overflows or vanishes on the way.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: floats. Gradient: that of the formula; |x| and the
 * norm itself have a kink at 0, and get 0; elements that tie for the largest share evenly.
 * @throws ArgumentError when there is no such norm over so many axes; ShapeError when there is no largest element of none;
 * AxisError; DTypeError unless float.
 * @example norm(tensor([3, 4]))                                        // f64[] 5
 * @example norm(tensor([[3, -4], [1, 2]]), 1, 1)                       // f64[2] [7, 3]
 * @example norm(tensor([[3, -4], [1, 2]]), Number.POSITIVE_INFINITY)   // f64[] 7
 */
export function norm(
  x: Tensor,
  ord?: NormOrder,
  axes?: number | readonly number[],
  { keepDims = false }: ReduceOptions = {},
): Tensor {
  const list = normalizeAxes('norm', axes, x);
  checkFloat('norm', x);
  const y = ofOrder(x, ord, list);
  return reshape(y, keepDims ? keepAxes(x.shape, list) : without(x.shape, list));
}

function ofOrder(x: Tensor, ord: NormOrder | undefined, axes: readonly number[]): Tensor {
  if (ord === undefined) return rootOfSquares(x, axes);
  if (axes.length === 1 && typeof ord === 'number') return ofVectors(x, ord, axes);
  if (axes.length === 2) return ofMatrices(x, ord, axes);
  throw noNorm(x, ord, axes);
}

const noNorm = (x: Tensor, ord: NormOrder, axes: readonly number[]): ArgumentError => {
  const remedy =
    axes.length === 1
      ? 'Use p > 0, Infinity or -Infinity.'
      : axes.length === 2
        ? "Use 1, -1, 2, -2, Infinity, -Infinity, 'fro' or 'nuc', or one axis."
        : 'Leave ord out, or name one axis or two.';
  return new ArgumentError(
    'norm',
    `there is no norm of order ${typeof ord === 'string' ? `'${ord}'` : ord} over axes [${axes}] of ${formatType(x)}. ${remedy}`,
  );
};

function ofVectors(x: Tensor, p: number, axes: readonly number[]): Tensor {
  if (!(p > 0) && p !== Number.NEGATIVE_INFINITY) throw noNorm(x, p, axes);
  if (p === 1) return sum(abs(x), axes);
  if (p === 2) return rootOfSquares(x, axes);
  if (!Number.isFinite(p)) return extreme(abs(x), p, axes);
  return relativeToLargest(x, axes, 0, (scaled) => {
    const powers = zeroSafe(abs(scaled), (a) => pow(a, p));
    return zeroSafe(sum(powers, axes, { keepDims: true }), (total) => pow(total, 1 / p));
  });
}

function ofMatrices(x: Tensor, ord: NormOrder, axes: readonly number[]): Tensor {
  const [rows, columns] = axes as [number, number]; // two
  if (ord === 'fro') return rootOfSquares(x, axes);
  if (ord === 'nuc') return sum(spectrum(x, axes), -1);
  const size = Math.abs(ord);
  if (size === 2) return extreme(spectrum(x, axes), ord, [x.rank - 2]);
  if (size === 1) return extreme(sum(abs(x), [rows], { keepDims: true }), ord, axes);
  if (size === Number.POSITIVE_INFINITY) return extreme(sum(abs(x), [columns], { keepDims: true }), ord, axes);
  throw noNorm(x, ord, axes);
}

/** Singular values of the matrices over two axes, along the last axis. */
function spectrum(x: Tensor, axes: readonly number[]): Tensor {
  const others = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return singularValues(transpose(x, [...others, ...axes]));
}

function extreme(x: Tensor, ord: number, axes: readonly number[]): Tensor {
  checkNotEmpty('norm', x, axes);
  return ord > 0 ? max(x, axes) : min(x, axes);
}

const rootOfSquares = (x: Tensor, axes: readonly number[]): Tensor =>
  relativeToLargest(x, axes, x.dtype === 'float64' ? 1e-100 : 1e-15, (scaled) =>
    zeroSafe(sum(square(scaled), axes, { keepDims: true }), sqrt),
  );

/**
 * f(x / c) c for an f that grows as its operand does, which is then f(x) whatever c is, and so are its derivatives with c
 * held: c is the size of the largest element, or 1 where that size is between `plain` and 1 / `plain`, 0, or infinite.
 * It is not below the square of `plain`: cotangents are multiplied by it.
 */
function relativeToLargest(x: Tensor, axes: readonly number[], plain: number, f: (scaled: Tensor) => Tensor): Tensor {
  if (x.size === 0) return sum(x, axes);
  const largest = stopGradient(max(abs(x), axes, { keepDims: true }));
  const usual = logicalAnd(greater(largest, plain), less(largest, plain > 0 ? 1 / plain : 0));
  const numbers = logicalAnd(greater(largest, 0), less(largest, Number.POSITIVE_INFINITY));
  const c = where(logicalAnd(numbers, logicalNot(usual)), maximum(largest, plain * plain), 1);
  return mul(f(div(x, c)), c);
}

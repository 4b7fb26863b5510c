import { formatShape, formatType, normalizeAxes, ShapeError, sameShape, type Tensor } from '@throughline/tensor';
import { checkSameDType } from '../../operand.ts';
import { add, div, mul, sub } from '../../primitives/maps/arithmetic.ts';
import { sqrt, square } from '../../primitives/maps/powers.ts';
import { checkNotEmpty } from '../../primitives/max-min.ts';
import { reshape } from '../../primitives/reshape.ts';
import { keepAxes } from '../../primitives/sum-broadcast.ts';
import { mean } from '../mean.ts';
import { checkFloats } from './check.ts';

/** What stands behind a normalisation. */
export interface NormOptions {
  /** Added under the root, so that nothing is divided by 0. */
  readonly eps?: number;
  /** Multiplies the result; it has the extents of the normalised axes, in order. */
  readonly scale?: Tensor;
  /** Is added in the end; shaped as scale. */
  readonly shift?: Tensor;
}

type Axes = number | readonly number[];

/**
 * x with mean 0 and variance 1 over `axes` (the last by default): (x − mean) / √(variance + eps).
 *
 * Shapes: any, unchanged. Dtypes: floats; squares overflow from 1e154 (float32: 1e19). The variance is Σ (x − mean)² / n.
 * Where all elements are equal the result is 0, and with eps 0 NaN.
 * Gradient: x̄ = (ȳ − mean(ȳ) − y mean(ȳ y)) / √(variance + eps).
 * @throws ShapeError when an axis is empty; AxisError when one is out of range or named twice; DTypeError unless float.
 * @example standardize(tensor([1, 3]), -1, { eps: 0 })   // f64[2] [-1, 1]
 */
export function standardize(x: Tensor, axes: Axes = -1, options: { readonly eps?: number } = {}): Tensor {
  return centered('standardize', x, axes, options.eps);
}

/**
 * `standardize(x, axes)`, then times scale and plus shift, where they are given.
 *
 * Shapes: any, unchanged; scale and shift have the extents of the normalised axes. Dtypes: floats, equal.
 * Gradient: x̄ as that of standardize; scale gets Σ ȳ standardize(x), shift Σ ȳ.
 * @throws ShapeError when an axis is empty, or scale or shift do not fit; AxisError and DTypeError as standardize.
 * @example layerNorm(tensor([1, 3]), -1, { eps: 0, shift: tensor([1, 1]) })   // f64[2] [0, 2]
 */
export function layerNorm(x: Tensor, axes: Axes = -1, options: NormOptions = {}): Tensor {
  return affine('layerNorm', centered('layerNorm', x, axes, options.eps), axes, options);
}

/**
 * x with a mean square of 1 over `axes` (the last by default): x / √(mean(x²) + eps), then times scale and plus shift.
 *
 * Shapes: any, unchanged; scale and shift have the extents of the normalised axes. Dtypes: floats, equal; squares overflow
 * from 1e154 (float32: 1e19). Gradient: x̄ = (g − y mean(g y)) / √(mean(x²) + eps), g = ȳ scale; NaN where x and eps are 0.
 * @throws ShapeError when an axis is empty, or scale or shift do not fit; AxisError and DTypeError as standardize.
 * @example rmsNorm(tensor([3, -3]), -1, { eps: 0 })   // f64[2] [1, -1]
 */
export function rmsNorm(x: Tensor, axes: Axes = -1, options: NormOptions = {}): Tensor {
  checkOver('rmsNorm', x, axes);
  const size = sqrt(add(mean(square(x), axes, { keepDims: true }), options.eps ?? 1e-6));
  return affine('rmsNorm', div(x, size), axes, options);
}

function centered(op: string, x: Tensor, axes: Axes, eps = 1e-5): Tensor {
  checkOver(op, x, axes);
  const off = sub(x, mean(x, axes, { keepDims: true }));
  return div(off, sqrt(add(mean(square(off), axes, { keepDims: true }), eps)));
}

function checkOver(op: string, x: Tensor, axes: Axes): void {
  checkFloats(op, x);
  checkNotEmpty(op, x, normalizeAxes(op, axes, x));
}

function affine(op: string, y: Tensor, axes: Axes, { scale, shift }: NormOptions): Tensor {
  const list = normalizeAxes(op, axes, y);
  const others = y.shape.flatMap((_, axis) => (list.includes(axis) ? [] : [axis]));
  const extents = list.map((axis) => y.shape[axis] ?? 0);
  const along = (name: string, factor: Tensor): Tensor => {
    checkSameDType(op, [y, factor]);
    if (!sameShape(factor.shape, extents)) {
      throw new ShapeError(
        op,
        `${name} is ${formatType(factor)}, but the axes [${list}] of ${formatType(y)} have the extents ${formatShape(extents)}.`,
      );
    }
    return reshape(factor, keepAxes(y.shape, others));
  };
  const scaled = scale === undefined ? y : mul(y, along('scale', scale));
  return shift === undefined ? scaled : add(scaled, along('shift', shift));
}

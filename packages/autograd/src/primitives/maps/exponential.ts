import { kernels } from '@throughline/tensor';
import { type UnaryOp, unary } from '../define.ts';
import { mul, sub } from './arithmetic.ts';
import { apply, x } from './expression.ts';

/**
 * eˣ, element by element.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ y.
 * @example exp(tensor([0]))   // f64[1] [1]
 */
export const exp: UnaryOp = unary({
  name: 'exp',
  expression: apply('exp', x),
  kernel: kernels.exp,
  pullback: (ct, { y }) => mul(ct, y),
});

/**
 * The hyperbolic tangent, element by element.
 *
 * Shapes: any. Dtypes: floats; within 2 ulp. Gradient: x̄ = ȳ (1 − y²).
 * @example tanh(tensor([0]))   // f64[1] [0]
 */
export const tanh: UnaryOp = unary({
  name: 'tanh',
  expression: apply('tanh', x),
  kernel: kernels.tanh,
  pullback: (ct, { y }) => mul(ct, sub(1, mul(y, y))),
});

/**
 * The logistic function 1 / (1 + e⁻ˣ), element by element.
 *
 * Shapes: any. Dtypes: floats; within 2 ulp. Gradient: x̄ = ȳ y (1 − y).
 * @example sigmoid(tensor([0]))   // f64[1] [0.5]
 */
export const sigmoid: UnaryOp = unary({
  name: 'sigmoid',
  expression: apply('sigmoid', x),
  kernel: kernels.sigmoid,
  pullback: (ct, { y }) => mul(ct, mul(y, sub(1, y))),
});

/**
 * eˣ − 1, element by element, accurate near 0.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ eˣ (y + 1 would cancel where y is near −1).
 * @throws DTypeError unless x is a float.
 * @example expm1(tensor([0]))   // f64[1] [0]
 */
export const expm1: UnaryOp = unary({
  name: 'expm1',
  expression: apply('expm1', x),
  kernel: kernels.expm1,
  pullback: (ct, { x }) => mul(ct, exp(x)),
});

/**
 * log(1 + eˣ), element by element, without overflow: a smooth relu.
 *
 * Shapes: any. Dtypes: floats. Gradient: x̄ = ȳ sigmoid(x).
 * @throws DTypeError unless x is a float.
 * @example softplus(tensor([1000]))   // f64[1] [1000]
 */
export const softplus: UnaryOp = unary({
  name: 'softplus',
  expression: apply('softplus', x),
  kernel: kernels.softplus,
  pullback: (ct, { x }) => mul(ct, sigmoid(x)),
});

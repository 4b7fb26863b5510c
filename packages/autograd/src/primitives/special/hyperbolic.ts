import * as special from '@throughline/tensor/special';
import type { UnaryOp } from '../define.ts';
import { add, div, mul, sub } from '../maps/arithmetic.ts';
import { sqrt } from '../maps/powers.ts';
import { hypot } from './hypot.ts';
import { unaryMap } from './scalar-map.ts';

/**
 * The hyperbolic sine (eˣ − e⁻ˣ)/2, element by element.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ cosh x.
 * @throws DTypeError unless x is a float.
 * @example sinh(tensor([0]))   // f64[1] [0]
 */
export const sinh: UnaryOp = unaryMap(special.sinh, (ct, { x }) => mul(ct, cosh(x)));

/**
 * The hyperbolic cosine (eˣ + e⁻ˣ)/2, element by element.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ sinh x.
 * @throws DTypeError unless x is a float.
 * @example cosh(tensor([0]))   // f64[1] [1]
 */
export const cosh: UnaryOp = unaryMap(special.cosh, (ct, { x }) => mul(ct, sinh(x)));

/**
 * The inverse of sinh, element by element.
 *
 * Shapes: any. Dtypes: floats; within 2 ulp. Gradient: x̄ = ȳ / √(1 + x²).
 * @throws DTypeError unless x is a float.
 * @example arcsinh(tensor([0]))   // f64[1] [0]
 */
export const arcsinh: UnaryOp = unaryMap(special.arcsinh, (ct, { x }) => div(ct, hypot(x, 1)));

/**
 * The inverse of cosh, element by element: at least 0, NaN for x < 1.
 *
 * Shapes: any. Dtypes: floats; within 2 ulp. Gradient: x̄ = ȳ / √(x² − 1); at 1 it is infinite (NaN where ȳ = 0).
 * @throws DTypeError unless x is a float.
 * @example arccosh(tensor([1]))   // f64[1] [0]
 */
export const arccosh: UnaryOp = unaryMap(special.arccosh, (ct, { x }) =>
  div(ct, mul(sqrt(sub(x, 1)), sqrt(add(x, 1)))),
);

/**
 * The inverse of tanh, element by element: ±∞ at ±1, NaN for |x| > 1.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / (1 − x²); at ±1 it is infinite (NaN where ȳ = 0).
 * @throws DTypeError unless x is a float.
 * @example arctanh(tensor([0]))   // f64[1] [0]
 */
export const arctanh: UnaryOp = unaryMap(special.arctanh, (ct, { x }) => div(ct, mul(sub(1, x), add(1, x))));

import * as special from '@throughline/tensor/special';
import type { UnaryOp } from '../define.ts';
import { div, mul } from '../maps/arithmetic.ts';
import { square } from '../maps/powers.ts';
import { unaryMap } from './scalar-map.ts';

// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: these are the numbers, on every engine
const LN2 = 0.6931471805599453;
const LN10 = 2.302585092994046;
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: see above

/**
 * ∛x, element by element, with the sign of x.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / 3y²; at 0 it is infinite (NaN where ȳ = 0).
 * @throws DTypeError unless x is a float.
 * @example cbrt(tensor([27, -8]))   // f64[2] [3, -2]
 */
export const cbrt: UnaryOp = unaryMap(special.cbrt, (ct, { y }) => div(ct, mul(3, square(y))));

/**
 * 1 / √x, element by element: ±∞ at ±0, NaN below 0.
 *
 * Shapes: any. Dtypes: floats; within 2 ulp. Gradient: x̄ = −ȳ y³ / 2.
 * @throws DTypeError unless x is a float.
 * @example rsqrt(tensor([4, 0.25]))   // f64[2] [0.5, 2]
 */
export const rsqrt: UnaryOp = unaryMap(special.rsqrt, (ct, { y }) => mul(ct, mul(-0.5, mul(y, square(y)))));

/**
 * 2ˣ, element by element; exact for integers.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ y ln 2.
 * @throws DTypeError unless x is a float.
 * @example exp2(tensor([3, -1]))   // f64[2] [8, 0.5]
 */
export const exp2: UnaryOp = unaryMap(special.exp2, (ct, { y }) => mul(ct, mul(LN2, y)));

/**
 * The logarithm to base 2, element by element: −∞ at 0, NaN below; exact for powers of 2.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / (x ln 2).
 * @throws DTypeError unless x is a float.
 * @example log2(tensor([8, 0.5]))   // f64[2] [3, -1]
 */
export const log2: UnaryOp = unaryMap(special.log2, (ct, { x }) => div(ct, mul(LN2, x)));

/**
 * The logarithm to base 10, element by element: −∞ at 0, NaN below.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / (x ln 10).
 * @throws DTypeError unless x is a float.
 * @example log10(tensor([1000]))   // f64[1] [3]
 */
export const log10: UnaryOp = unaryMap(special.log10, (ct, { x }) => div(ct, mul(LN10, x)));

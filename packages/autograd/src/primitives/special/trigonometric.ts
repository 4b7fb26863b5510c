import * as special from '@throughline/tensor/special';
import type { BinaryOp, UnaryOp } from '../define.ts';
import { add, div, mul, neg, sub } from '../maps/arithmetic.ts';
import { sqrt, square } from '../maps/powers.ts';
import { hypot } from './hypot.ts';
import { binaryMap, unaryMap } from './scalar-map.ts';

/**
 * The tangent of x in radians, element by element.
 *
 * Shapes: any. Dtypes: floats; within 2 ulp; NaN at ±∞. Gradient: x̄ = ȳ (1 + y²).
 * @throws DTypeError unless x is a float.
 * @example tan(tensor([0]))   // f64[1] [0]
 */
export const tan: UnaryOp = unaryMap(special.tan, (ct, { y }) => mul(ct, add(1, square(y))));

/**
 * The angle in [−π/2, π/2] whose sine is x, element by element; NaN for |x| > 1.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / √(1 − x²); at ±1 it is infinite (NaN where ȳ = 0).
 * @throws DTypeError unless x is a float.
 * @example arcsin(tensor([0]))   // f64[1] [0]
 */
export const arcsin: UnaryOp = unaryMap(special.arcsin, (ct, { x }) => div(ct, sqrt(mul(sub(1, x), add(1, x)))));

/**
 * The angle in [0, π] whose cosine is x, element by element; NaN for |x| > 1.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = −ȳ / √(1 − x²); at ±1 it is infinite (NaN where ȳ = 0).
 * @throws DTypeError unless x is a float.
 * @example arccos(tensor([1]))   // f64[1] [0]
 */
export const arccos: UnaryOp = unaryMap(special.arccos, (ct, { x }) => neg(div(ct, sqrt(mul(sub(1, x), add(1, x))))));

/**
 * The angle in [−π/2, π/2] whose tangent is x, element by element.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / (1 + x²).
 * @throws DTypeError unless x is a float.
 * @example arctan(tensor([0]))   // f64[1] [0]
 */
export const arctan: UnaryOp = unaryMap(special.arctan, (ct, { x }) => div(ct, add(1, square(x))));

/**
 * The angle of the point (x, y) in [−π, π], element by element: `y` comes first. Zeros and infinities have the angles of
 * IEEE 754, signs of zero included.
 *
 * Shapes: broadcast. Dtypes: floats; within 1 ulp. Gradient: with r² = x² + y², ȳ = z̄ x / r² and x̄ = −z̄ y / r²; NaN at the
 * origin, around which the angle goes from −π to π.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ or are not floats.
 * @example arctan2(tensor([0]), tensor([1]))   // f64[1] [0]
 */
export const arctan2: BinaryOp = binaryMap(
  special.arctan2,
  (ct, { x: y, y: x }) => {
    const r = hypot(x, y);
    return mul(ct, div(div(x, r), r));
  },
  (ct, { x: y, y: x }) => {
    const r = hypot(x, y);
    return neg(mul(ct, div(div(y, r), r)));
  },
);

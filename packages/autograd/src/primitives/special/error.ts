import type { Tensor } from '@throughline/tensor';
import * as special from '@throughline/tensor/special';
import type { UnaryOp } from '../define.ts';
import { mul, neg } from '../maps/arithmetic.ts';
import { exp } from '../maps/exponential.ts';
import { square } from '../maps/powers.ts';
import { unaryMap } from './scalar-map.ts';

const TWO_OVER_ROOT_PI = 1.1283791670955126;
const HALF_ROOT_PI = 0.886226925452758;

/** 2 e^(−x²)/√π. */
const bell = (x: Tensor): Tensor => mul(TWO_OVER_ROOT_PI, exp(neg(square(x))));

/**
 * The error function (2/√π) ∫₀ˣ e^(−t²) dt, element by element.
 *
 * Shapes: any. Dtypes: floats; within 2 ulp. Gradient: x̄ = ȳ 2 e^(−x²)/√π.
 * @throws DTypeError unless x is a float.
 * @example erf(tensor([0, Infinity]))   // f64[2] [0, 1]
 */
export const erf: UnaryOp = unaryMap(special.erf, (ct, { x }) => mul(ct, bell(x)));

/**
 * 1 − erf x, element by element; small results keep all their digits.
 *
 * Shapes: any. Dtypes: floats; within 3 ulp. Gradient: x̄ = −ȳ 2 e^(−x²)/√π.
 * @throws DTypeError unless x is a float.
 * @example erfc(tensor([0, Infinity]))   // f64[2] [1, 0]
 */
export const erfc: UnaryOp = unaryMap(special.erfc, (ct, { x }) => neg(mul(ct, bell(x))));

/**
 * The inverse of erf, element by element: ±∞ at ±1, NaN for |x| > 1.
 *
 * Shapes: any. Dtypes: floats; within 4 ulp. Gradient: x̄ = ȳ √π e^(y²)/2.
 * @throws DTypeError unless x is a float.
 * @example erfinv(tensor([0, 1]))   // f64[2] [0, inf]
 */
export const erfinv: UnaryOp = unaryMap(special.erfinv, (ct, { y }) => mul(ct, mul(HALF_ROOT_PI, exp(square(y)))));

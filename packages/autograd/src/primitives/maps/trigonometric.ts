import { kernels } from '@throughline/tensor';
import { type UnaryOp, unary } from '../define.ts';
import { mul, neg } from './arithmetic.ts';
import { apply, x } from './expression.ts';

/**
 * The sine of x in radians, element by element.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp; NaN at ±∞. Gradient: x̄ = ȳ cos x.
 * @throws DTypeError unless x is a float.
 * @example sin(tensor([0]))   // f64[1] [0]
 */
export const sin: UnaryOp = unary({
  name: 'sin',
  expression: apply('sin', x),
  kernel: kernels.sin,
  pullback: (ct, { x }) => mul(ct, cos(x)),
});

/**
 * The cosine of x in radians, element by element.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp; NaN at ±∞. Gradient: x̄ = −ȳ sin x.
 * @throws DTypeError unless x is a float.
 * @example cos(tensor([0]))   // f64[1] [1]
 */
export const cos: UnaryOp = unary({
  name: 'cos',
  expression: apply('cos', x),
  kernel: kernels.cos,
  pullback: (ct, { x }) => neg(mul(ct, sin(x))),
});

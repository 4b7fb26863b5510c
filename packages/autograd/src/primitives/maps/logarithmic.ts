import { kernels } from '@throughline/tensor';
import { type UnaryOp, unary } from '../define.ts';
import { add, div } from './arithmetic.ts';
import { apply, x } from './expression.ts';

/**
 * The natural logarithm, element by element: −∞ at 0, NaN below.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / x.
 * @throws DTypeError unless x is a float.
 * @example log(tensor([1]))   // f64[1] [0]
 */
export const log: UnaryOp = unary({
  name: 'log',
  expression: apply('log', x),
  kernel: kernels.log,
  pullback: (ct, { x }) => div(ct, x),
});

/**
 * log(1 + x), element by element, accurate near 0.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / (1 + x).
 * @throws DTypeError unless x is a float.
 * @example log1p(tensor([0]))   // f64[1] [0]
 */
export const log1p: UnaryOp = unary({
  name: 'log1p',
  expression: apply('log1p', x),
  kernel: kernels.log1p,
  pullback: (ct, { x }) => div(ct, add(1, x)),
});

import { type UnaryOp, unary } from './define.ts';
import { x } from './maps/expression.ts';

/**
 * The same value, as a constant: no cotangent and no tangent passes.
 *
 * Shapes: any. Dtypes: any. Gradient: none, to any order.
 * @example grad((x) => mul(x, stopGradient(x)))(tensor(3))   // f64[] 3
 */
export const stopGradient: UnaryOp = unary({
  name: 'stopGradient',
  accepts: 'any',
  expression: x,
  kernel: (value) => value,
  pullback: () => null,
  rule: 'as given',
});

import { kernels } from '@throughline/tensor';
import * as special from '@throughline/tensor/special';
import { type UnaryOp, unary } from '../define.ts';
import { apply, x } from '../maps/expression.ts';
import { unaryMap } from './scalar-map.ts';

/**
 * The nearest integer, element by element, as a float; a tie goes to the even one.
 *
 * Shapes: any. Dtypes: floats. Gradient: 0 everywhere, also at the jumps.
 * @throws DTypeError unless x is a float.
 * @example round(tensor([0.5, 1.5, -2.7]))   // f64[3] [0, 2, -3]
 */
export const round: UnaryOp = unaryMap(special.round, () => null);

/**
 * x without its fraction, element by element, as a float: the nearest integer towards 0.
 *
 * Shapes: any. Dtypes: floats. Gradient: 0 everywhere, also at the jumps.
 * @throws DTypeError unless x is a float.
 * @example trunc(tensor([1.7, -1.7]))   // f64[2] [1, -1]
 */
export const trunc: UnaryOp = unaryMap(special.trunc, () => null);

/**
 * Whether x is NaN, element by element.
 *
 * Shapes: any. Dtypes: numbers → bool; no integer is. Gradient: none, the result is a bool.
 * @throws DTypeError for bool.
 * @example isNaN(tensor([1, Number.NaN]))   // bool[2] [false, true]
 */
const nan: UnaryOp = unary({
  name: 'isNaN',
  accepts: 'number',
  gives: 'bool',
  expression: apply('notEqual', x, x),
  kernel: (x) => kernels.notEqual(x, x),
});

export { nan as isNaN };

/**
 * Whether x is ∞ or −∞, element by element.
 *
 * Shapes: any. Dtypes: numbers → bool; no integer is. Gradient: none, the result is a bool.
 * @throws DTypeError for bool.
 * @example isInf(tensor([1, -Infinity]))   // bool[2] [false, true]
 */
export const isInf: UnaryOp = unary({
  name: 'isInf',
  accepts: 'number',
  gives: 'bool',
  expression: apply('and', apply('equal', x, x), apply('not', apply('isFinite', x))),
  kernel: (x) => kernels.logicalAnd(kernels.equal(x, x), kernels.logicalNot(kernels.isFinite(x))),
});

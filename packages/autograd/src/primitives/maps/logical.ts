import { kernels } from '@throughline/tensor';
import { type BinaryOp, binary, type UnaryOp, unary } from '../define.ts';
import { apply, x, y } from './expression.ts';

/**
 * Whether both x and y hold, element by element.
 *
 * Shapes: broadcast. Dtypes: bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError unless both are bool.
 * @example logicalAnd(tensor([true, false]), tensor([true, true]))   // bool[2] [true, false]
 */
export const logicalAnd: BinaryOp = binary({
  name: 'logicalAnd',
  accepts: 'bool',
  expression: apply('and', x, y),
  kernel: kernels.logicalAnd,
});

/**
 * Whether x or y holds, or both, element by element.
 *
 * Shapes: broadcast. Dtypes: bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError unless both are bool.
 * @example logicalOr(tensor([true, false]), tensor([false, false]))   // bool[2] [true, false]
 */
export const logicalOr: BinaryOp = binary({
  name: 'logicalOr',
  accepts: 'bool',
  expression: apply('or', x, y),
  kernel: kernels.logicalOr,
});

/**
 * Whether x does not hold, element by element.
 *
 * Shapes: any. Dtypes: bool. Gradient: none, the result is a bool.
 * @throws DTypeError unless x is bool.
 * @example logicalNot(tensor([true, false]))   // bool[2] [false, true]
 */
export const logicalNot: UnaryOp = unary({
  name: 'logicalNot',
  accepts: 'bool',
  expression: apply('not', x),
  kernel: kernels.logicalNot,
});

/**
 * Whether x is neither NaN nor infinite, element by element.
 *
 * Shapes: any. Dtypes: numbers → bool. Gradient: none, the result is a bool.
 * @throws DTypeError for bool.
 * @example isFinite(div(tensor([1, 1]), tensor([2, 0])))   // bool[2] [true, false]
 */
const finite: UnaryOp = unary({
  name: 'isFinite',
  accepts: 'number',
  gives: 'bool',
  expression: apply('isFinite', x),
  kernel: kernels.isFinite,
});

export { finite as isFinite };

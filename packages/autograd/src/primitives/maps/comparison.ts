import { kernels } from '@throughline/tensor';
import { type BinaryOp, binary } from '../define.ts';
import { apply, x, y } from './expression.ts';

/**
 * Whether x = y, element by element: −0 equals +0, NaN equals nothing.
 *
 * Shapes: broadcast. Dtypes: any, equal → bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example equal(tensor([1, 2]), 2)   // bool[2] [false, true]
 */
export const equal: BinaryOp = binary({
  name: 'equal',
  accepts: 'any',
  gives: 'bool',
  expression: apply('equal', x, y),
  kernel: kernels.equal,
});

/**
 * Whether x ≠ y, element by element: NaN differs from everything.
 *
 * Shapes: broadcast. Dtypes: any, equal → bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example notEqual(tensor([1, 2]), 2)   // bool[2] [true, false]
 */
export const notEqual: BinaryOp = binary({
  name: 'notEqual',
  accepts: 'any',
  gives: 'bool',
  expression: apply('notEqual', x, y),
  kernel: kernels.notEqual,
});

/**
 * Whether x < y, element by element: false beside NaN.
 *
 * Shapes: broadcast. Dtypes: any, equal → bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example less(tensor([1, 2]), 2)   // bool[2] [true, false]
 */
export const less: BinaryOp = binary({
  name: 'less',
  accepts: 'any',
  gives: 'bool',
  expression: apply('less', x, y),
  kernel: kernels.less,
});

/**
 * Whether x ≤ y, element by element: false beside NaN.
 *
 * Shapes: broadcast. Dtypes: any, equal → bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example lessEqual(tensor([1, 2]), 1)   // bool[2] [true, false]
 */
export const lessEqual: BinaryOp = binary({
  name: 'lessEqual',
  accepts: 'any',
  gives: 'bool',
  expression: apply('lessEqual', x, y),
  kernel: kernels.lessEqual,
});

/**
 * Whether x > y, element by element: false beside NaN.
 *
 * Shapes: broadcast. Dtypes: any, equal → bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example greater(tensor([1, 2]), 1)   // bool[2] [false, true]
 */
export const greater: BinaryOp = binary({
  name: 'greater',
  accepts: 'any',
  gives: 'bool',
  expression: apply('greater', x, y),
  kernel: kernels.greater,
});

/**
 * Whether x ≥ y, element by element: false beside NaN.
 *
 * Shapes: broadcast. Dtypes: any, equal → bool. Gradient: none, the result is a bool.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example greaterEqual(tensor([1, 2]), 2)   // bool[2] [false, true]
 */
export const greaterEqual: BinaryOp = binary({
  name: 'greaterEqual',
  accepts: 'any',
  gives: 'bool',
  expression: apply('greaterEqual', x, y),
  kernel: kernels.greaterEqual,
});

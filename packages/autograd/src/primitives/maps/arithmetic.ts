import { kernels } from '@throughline/tensor';
import { type BinaryOp, binary, type UnaryOp, unary } from '../define.ts';
import { apply, x, y } from './expression.ts';

/**
 * x + y, element by element.
 *
 * Shapes: broadcast. Dtypes: numbers; int32 wraps. Gradient: x̄ = ȳ = z̄.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example add(tensor([1, 2]), 1)   // f64[2] [2, 3]
 */
export const add: BinaryOp = binary({
  name: 'add',
  accepts: 'number',
  expression: apply('add', x, y),
  kernel: kernels.add,
  pullbacks: [(ct) => ct, (ct) => ct],
});

/**
 * x − y, element by element.
 *
 * Shapes: broadcast. Dtypes: numbers; int32 wraps. Gradient: x̄ = z̄, ȳ = −z̄.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example sub(1, tensor([1, 2]))   // f64[2] [0, -1]
 */
export const sub: BinaryOp = binary({
  name: 'sub',
  accepts: 'number',
  expression: apply('sub', x, y),
  kernel: kernels.sub,
  pullbacks: [(ct) => ct, (ct) => neg(ct)],
});

/**
 * x · y, element by element.
 *
 * Shapes: broadcast. Dtypes: numbers; int32 wraps. Gradient: x̄ = z̄ y, ȳ = z̄ x.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example mul(tensor([1, 2]), tensor([3, 4]))   // f64[2] [3, 8]
 */
export const mul: BinaryOp = binary({
  name: 'mul',
  accepts: 'number',
  expression: apply('mul', x, y),
  kernel: kernels.mul,
  pullbacks: [(ct, { y }) => mul(ct, y), (ct, { x }) => mul(ct, x)],
});

/**
 * x / y, element by element.
 *
 * Shapes: broadcast. Dtypes: floats; see floorDiv for integers. Gradient: x̄ = z̄ / y, ȳ = −z̄ z / y.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ or are not floats.
 * @example div(tensor([1, 2]), 2)   // f64[2] [0.5, 1]
 */
export const div: BinaryOp = binary({
  name: 'div',
  expression: apply('div', x, y),
  kernel: kernels.div,
  pullbacks: [(ct, { y }) => div(ct, y), (ct, { y, z }) => neg(div(mul(ct, z), y))],
});

/**
 * −x, element by element.
 *
 * Shapes: any. Dtypes: numbers. Gradient: x̄ = −ȳ.
 * @example neg(tensor([1, -2]))   // f64[2] [-1, 2]
 */
export const neg: UnaryOp = unary({
  name: 'neg',
  accepts: 'number',
  expression: apply('neg', x),
  kernel: kernels.neg,
  pullback: (ct) => neg(ct),
});

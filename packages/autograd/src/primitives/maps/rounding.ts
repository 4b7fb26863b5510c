import { kernels } from '@throughline/tensor';
import { type BinaryOp, binary, type UnaryOp, unary } from '../define.ts';
import { mul, neg } from './arithmetic.ts';
import { apply, x, y } from './expression.ts';

/**
 * −1, 0 or 1 by the sign of x, element by element; ±0 and NaN stay.
 *
 * Shapes: any. Dtypes: numbers. Gradient: 0 everywhere, also at the jump.
 * @throws DTypeError for bool.
 * @example sign(tensor([-2, 0, 5]))   // f64[3] [-1, 0, 1]
 */
export const sign: UnaryOp = unary({
  name: 'sign',
  accepts: 'number',
  expression: apply('sign', x),
  kernel: kernels.sign,
  pullback: () => null,
});

/**
 * The largest integer ≤ x, element by element, as a float.
 *
 * Shapes: any. Dtypes: floats. Gradient: 0 everywhere, also at the jumps.
 * @throws DTypeError unless x is a float.
 * @example floor(tensor([1.5, -1.5]))   // f64[2] [1, -2]
 */
export const floor: UnaryOp = unary({
  name: 'floor',
  expression: apply('floor', x),
  kernel: kernels.floor,
  pullback: () => null,
});

/**
 * The smallest integer ≥ x, element by element, as a float.
 *
 * Shapes: any. Dtypes: floats. Gradient: 0 everywhere, also at the jumps.
 * @throws DTypeError unless x is a float.
 * @example ceil(tensor([1.5, 0.5]))   // f64[2] [2, 1]
 */
export const ceil: UnaryOp = unary({
  name: 'ceil',
  expression: apply('ceil', x),
  kernel: kernels.ceil,
  pullback: () => null,
});

/**
 * ⌊x / y⌋, element by element: the quotient that goes with `remainder`.
 *
 * Shapes: broadcast. Dtypes: numbers; an int32 divided by 0 gives 0. Gradient: 0 everywhere, also at the jumps.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ, or for bool.
 * @example floorDiv(tensor([7, -7]), 2)   // f64[2] [3, -4]
 */
export const floorDiv: BinaryOp = binary({
  name: 'floorDiv',
  accepts: 'number',
  expression: apply('floorDiv', x, y),
  kernel: kernels.floorDiv,
  pullbacks: [() => null, () => null],
});

/**
 * x − y ⌊x / y⌋, element by element: it has the sign of y.
 *
 * Shapes: broadcast. Dtypes: numbers; an int32 remainder by 0 is 0. Gradient: x̄ = z̄, ȳ = −z̄ ⌊x / y⌋, also at the jumps.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ, or for bool.
 * @example remainder(tensor([7, -7]), 4)   // f64[2] [3, 1]
 */
export const remainder: BinaryOp = binary({
  name: 'remainder',
  accepts: 'number',
  expression: apply('remainder', x, y),
  kernel: kernels.remainder,
  pullbacks: [(ct) => ct, (ct, { x, y }) => neg(mul(ct, floorDiv(x, y)))],
});

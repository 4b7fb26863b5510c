import { kernels, type Tensor } from '@throughline/tensor';
import type { Cotangent } from '../../primitive.ts';
import { type BinaryOp, binary, type UnaryOp, unary } from '../define.ts';
import { where } from '../where.ts';
import { mul } from './arithmetic.ts';
import { equal, greater, less } from './comparison.ts';
import { apply, constant, x, y } from './expression.ts';
import { sign } from './rounding.ts';

/**
 * |x|, element by element.
 *
 * Shapes: any. Dtypes: numbers; the int32 −2³¹ wraps to itself. Gradient: x̄ = ȳ sign(x), 0 at 0.
 * @throws DTypeError for bool.
 * @example abs(tensor([-2, 3]))   // f64[2] [2, 3]
 */
export const abs: UnaryOp = unary({
  name: 'abs',
  accepts: 'number',
  expression: apply('abs', x),
  kernel: kernels.abs,
  pullback: (ct, { x }) => mul(ct, sign(x)),
});

/**
 * x where it is positive, else 0, element by element; NaN stays.
 *
 * Shapes: any. Dtypes: floats. Gradient: x̄ = ȳ where x > 0, else 0; 0 at 0.
 * @throws DTypeError unless x is a float.
 * @example relu(tensor([-1, 0, 2]))   // f64[3] [0, 0, 2]
 */
export const relu: UnaryOp = unary({
  name: 'relu',
  expression: apply('maximum', x, constant(0)),
  kernel: kernels.relu,
  pullback: (ct, { y }) => where(greater(y, 0), ct, 0), // x > 0 just where y > 0, and y is likelier to be kept anyway
});

/** The cotangent of an operand that loses where `lost` holds; both get half of it where they are equal. */
const share = (ct: Tensor, lost: Tensor, tied: Tensor): Cotangent => where(lost, 0, where(tied, mul(ct, 0.5), ct));

/**
 * The larger of two, element by element; NaN when either is NaN; −0 < +0.
 *
 * Shapes: broadcast. Dtypes: numbers. Gradient: z̄ goes to the larger; a tie is split evenly.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ, or for bool.
 * @example maximum(tensor([1, 5]), 3)   // f64[2] [3, 5]
 */
export const maximum: BinaryOp = binary({
  name: 'maximum',
  accepts: 'number',
  expression: apply('maximum', x, y),
  kernel: kernels.maximum,
  pullbacks: [
    (ct, { x, y }) => share(ct, less(x, y), equal(x, y)),
    (ct, { x, y }) => share(ct, less(y, x), equal(x, y)),
  ],
});

/**
 * The smaller of two, element by element; NaN when either is NaN; −0 < +0.
 *
 * Shapes: broadcast. Dtypes: numbers. Gradient: z̄ goes to the smaller; a tie is split evenly.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ, or for bool.
 * @example minimum(tensor([1, 5]), 3)   // f64[2] [1, 3]
 */
export const minimum: BinaryOp = binary({
  name: 'minimum',
  accepts: 'number',
  expression: apply('minimum', x, y),
  kernel: kernels.minimum,
  pullbacks: [
    (ct, { x, y }) => share(ct, greater(x, y), equal(x, y)),
    (ct, { x, y }) => share(ct, greater(y, x), equal(x, y)),
  ],
});

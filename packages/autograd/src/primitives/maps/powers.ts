import { kernels } from '@throughline/tensor';
import { type BinaryOp, binary, type UnaryOp, unary } from '../define.ts';
import { where } from '../where.ts';
import { div, mul, sub } from './arithmetic.ts';
import { equal, greaterEqual } from './comparison.ts';
import { apply, x, y } from './expression.ts';
import { log } from './logarithmic.ts';
import { logicalAnd } from './logical.ts';

/**
 * x², element by element.
 *
 * Shapes: any. Dtypes: numbers; int32 wraps. Gradient: x̄ = 2 ȳ x.
 * @throws DTypeError for bool.
 * @example square(tensor([1, -3]))   // f64[2] [1, 9]
 */
export const square: UnaryOp = unary({
  name: 'square',
  accepts: 'number',
  expression: apply('mul', x, x),
  kernel: kernels.square,
  pullback: (ct, { x }) => mul(ct, mul(2, x)),
});

/**
 * √x, element by element: correctly rounded, NaN below 0.
 *
 * Shapes: any. Dtypes: floats. Gradient: x̄ = ȳ / 2y; at 0 it is infinite (NaN where ȳ = 0): see whereSafe.
 * @throws DTypeError unless x is a float.
 * @example sqrt(tensor([4, 9]))   // f64[2] [2, 3]
 */
export const sqrt: UnaryOp = unary({
  name: 'sqrt',
  expression: apply('sqrt', x),
  kernel: kernels.sqrt,
  pullback: (ct, { y }) => div(ct, mul(2, y)),
});

/**
 * xʸ, element by element.
 *
 * Shapes: broadcast. Dtypes: floats; within 2 ulp; NaN for x < 0 unless y is an integer. Gradient: x̄ = z̄ y xʸ⁻¹, 0 where
 * x = y = 0; ȳ = z̄ z log x, 0 where x = 0 ≤ y, and NaN where x < 0.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ or are not floats.
 * @example pow(tensor([2, 3]), 2)   // f64[2] [4, 9]
 */
export const pow: BinaryOp = binary({
  name: 'pow',
  expression: apply('pow', x, y),
  kernel: kernels.pow,
  pullbacks: [
    // 0 · 0⁻¹ would be NaN: there the base is replaced by 1, and the factor y makes the product 0.
    (ct, { x, y }) => {
      const corner = logicalAnd(equal(x, 0), equal(y, 0));
      return mul(ct, mul(y, pow(where(corner, 1, x), sub(y, 1))));
    },
    // 0ʸ · log 0 would be NaN: log 1 makes it 0.
    (ct, { x, y, z }) => {
      const edge = logicalAnd(equal(x, 0), greaterEqual(y, 0));
      return mul(mul(ct, z), log(where(edge, 1, x)));
    },
  ],
});

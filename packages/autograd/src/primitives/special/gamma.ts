import {
  ArgumentError,
  DTypeError,
  formatType,
  full,
  isFloat,
  ShapeError,
  sameShape,
  type Tensor,
} from '@throughline/tensor';
import * as special from '@throughline/tensor/special';
import { bind } from '../../bind.ts';
import { lift, type Operand } from '../../operand.ts';
import { definePrimitive, type Primitive } from '../../primitive.ts';
import type { UnaryOp } from '../define.ts';
import { add, mul } from '../maps/arithmetic.ts';
import { apply, x, y } from '../maps/expression.ts';
import { broadcastOperand } from '../sum-broadcast.ts';
import { unaryMap } from './scalar-map.ts';

type None = Record<string, never>;

/**
 * log |Γ(x)|, element by element; ∞ at 0, −1, −2, … and at ±∞.
 *
 * Shapes: any. Dtypes: floats; within 8 ulp for x > 0 (near 1 and 2, too); below 0 within 8 ulp where |y| ≥ 1. Gradient:
 * x̄ = ȳ digamma(x).
 * @throws DTypeError unless x is a float.
 * @example lgamma(tensor([1, 2, 0]))   // f64[3] [0, 0, inf]
 */
export const lgamma: UnaryOp = unaryMap(special.lgamma, (ct, { x }) => mul(ct, digamma(x)));

/**
 * The derivative of lgamma, element by element; ∓∞ at ±0, NaN at −1, −2, … and at −∞.
 *
 * Shapes: any. Dtypes: floats; within 4 ulp for x > 0; below 0 within 8 ulp where |y| ≥ 1.
 * Gradient: x̄ = ȳ polygamma(1, x).
 * @throws DTypeError unless x is a float.
 * @example digamma(tensor([0.5, Infinity]))   // f64[2] [-1.96351, inf]
 */
export const digamma: UnaryOp = unaryMap(special.digamma, (ct, { x }) => mul(ct, derivative(1, x)));

const primitive: Primitive<None, 2, 1> = definePrimitive<None, 2>({
  name: 'polygamma',
  // n is an integer; the function takes it as a float of the precision
  semantics: { kind: 'map', expression: { function: special.polygamma, args: [apply('cast', x), y] } },
  infer([n, at]) {
    if (n.dtype !== 'int32' || !isFloat(at.dtype)) {
      throw new DTypeError(
        'polygamma',
        `takes int32 and a float, got ${formatType(n)} and ${formatType(at)}. Convert x with cast(x, 'float64').`,
      );
    }
    if (sameShape(n.shape, at.shape)) return [{ dtype: at.dtype, shape: at.shape }];
    throw new ShapeError(
      'polygamma',
      `${formatType(n)} and ${formatType(at)} differ in shape. Broadcast both to one shape first.`,
    );
  },
  eval: ([n, at]) => [special.mapOf(special.polygamma)(n, at)],
  pullbacks: [null, ([ct], { inputs: [n, at] }) => ct && mul(ct, bind(primitive, [add(n, 1), at], {})[0])],
});

/** ψ⁽ⁿ⁾ for n ≥ 1. */
const derivative = (n: number, at: Tensor): Tensor =>
  bind(primitive, [broadcastOperand(full([], n, 'int32'), at.shape, [at]), at], {})[0];

/**
 * The n-th derivative of digamma, element by element: polygamma(0, x) is digamma(x). ±∞ at 0; at −1, −2, … ∞ for odd n, NaN
 * for even n, on whose sides the signs differ.
 *
 * Shapes: any. Dtypes: floats; within 8 ulp for x > 0, and for odd n below 0 (tested for n up to 12); NaN where n! is no finite
 * number of the precision (n > 170; float32: n > 34). Gradient: x̄ = ȳ polygamma(n + 1, x).
 * @throws ArgumentError unless n is a whole number ≥ 0; DTypeError unless x is a float.
 * @example polygamma(1, tensor([1]))   // f64[1] [1.64493]
 */
export function polygamma(n: number, x: Operand): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new ArgumentError(
      'polygamma',
      `n must be a whole number from 0 on, got ${n}. It counts derivatives of digamma.`,
    );
  }
  const [at] = lift('polygamma', [x]) as [Tensor]; // one in, one out
  return n === 0 ? digamma(at) : derivative(n, at);
}

import type { Tensor } from '@throughline/tensor';
import type { Operand } from '../../operand.ts';
import * as real from '../../primitives/maps/arithmetic.ts';
import { greater } from '../../primitives/maps/comparison.ts';
import { exp as realExp } from '../../primitives/maps/exponential.ts';
import { maximum, abs as realAbs } from '../../primitives/maps/kinked.ts';
import { isFinite as finite, logicalAnd } from '../../primitives/maps/logical.ts';
import { square } from '../../primitives/maps/powers.ts';
import { cos, sin } from '../../primitives/maps/trigonometric.ts';
import { hypot } from '../../primitives/special/hypot.ts';
import { arctan2 } from '../../primitives/special/trigonometric.ts';
import { stopGradient } from '../../primitives/stop-gradient.ts';
import { filled } from '../../primitives/sum-broadcast.ts';
import { where } from '../../primitives/where.ts';
import { matmul as realMatmul } from '../matmul.ts';
import { type Complex, checkComplex } from './record.ts';

/**
 * The complex numbers re + i·im, or re alone.
 *
 * Shapes: equal, unchanged. Dtypes: floats, equal. Gradient: r̄e and īm are those of the parts.
 * @throws ShapeError or DTypeError when the types differ; DTypeError unless floats.
 * @example complex.of(tensor([1, 2])).im   // f64[2] [0, 0]
 */
export function of(re: Tensor, im?: Tensor): Complex {
  return checkComplex('complex.of', { re, im: im ?? filled(re, 0) });
}

/**
 * z + w.
 *
 * Shapes: broadcast. Dtypes: floats, equal. Gradient: z̄ = w̄ = the cotangent.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example complex.add({ re: tensor(1), im: tensor(2) }, { re: tensor(3), im: tensor(5) }).im   // f64[] 7
 */
export const add = (z: Complex, w: Complex): Complex => ({ re: real.add(z.re, w.re), im: real.add(z.im, w.im) });

/**
 * z − w.
 *
 * Shapes: broadcast. Dtypes: floats, equal. Gradient: z̄ = −w̄ = the cotangent.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example complex.sub({ re: tensor(1), im: tensor(2) }, { re: tensor(3), im: tensor(5) }).im   // f64[] -3
 */
export const sub = (z: Complex, w: Complex): Complex => ({ re: real.sub(z.re, w.re), im: real.sub(z.im, w.im) });

/**
 * z · w.
 *
 * Shapes: broadcast. Dtypes: floats, equal. Gradient: with c the cotangent, z̄ = c conj(w) and w̄ = c conj(z).
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example complex.mul({ re: tensor(1), im: tensor(2) }, { re: tensor(3), im: tensor(5) }).im   // f64[] 11
 */
export const mul = (z: Complex, w: Complex): Complex => product(real.mul, z, w);

/**
 * The matrix product of z and w, batches in front as in matmul.
 *
 * Shapes: as matmul. Dtypes: floats, equal. Gradient: with c the cotangent, z̄ = c wᴴ and w̄ = zᴴ c.
 * @throws ShapeError when inner axes or batches differ; DTypeError when dtypes differ.
 * @example complex.matmul({ re: tensor([[0]]), im: tensor([[2]]) }, { re: tensor([[0]]), im: tensor([[3]]) }).re   // f64[1,1] [[-6]]
 */
export const matmul = (z: Complex, w: Complex): Complex => product(realMatmul, z, w);

const product = (times: (x: Tensor, y: Tensor) => Tensor, z: Complex, w: Complex): Complex => ({
  re: real.sub(times(z.re, w.re), times(z.im, w.im)),
  im: real.add(times(z.re, w.im), times(z.im, w.re)),
});

/**
 * z · r with r real.
 *
 * Shapes: broadcast. Dtypes: floats, equal. Gradient: with c the cotangent, z̄ = c r and r̄ = re(c) re(z) + im(c) im(z).
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example complex.scale({ re: tensor(1), im: tensor(2) }, 3).im   // f64[] 6
 */
export const scale = (z: Complex, r: Operand): Complex => ({ re: real.mul(z.re, r), im: real.mul(z.im, r) });

/**
 * z / w, without overflow in the square of w; NaN where w is 0.
 *
 * Shapes: broadcast. Dtypes: floats, equal. Gradient: with c the cotangent, z̄ = c / conj(w) and w̄ = −c conj(z / w) / conj(w).
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ.
 * @example complex.div({ re: tensor(2), im: tensor(4) }, { re: tensor(0), im: tensor(2) }).im   // f64[] -1
 */
export function div(z: Complex, w: Complex): Complex {
  const size = largestPart(w);
  const unit = { re: real.div(w.re, size), im: real.div(w.im, size) };
  const square = real.mul(norm2(unit), size);
  const top = mul(z, conj(unit));
  return { re: real.div(top.re, square), im: real.div(top.im, square) };
}

/**
 * re − i·im.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: z̄ = conj of the cotangent.
 * @throws DTypeError for bool.
 * @example complex.conj({ re: tensor(1), im: tensor(2) }).im   // f64[] -2
 */
export const conj = (z: Complex): Complex => ({ re: z.re, im: real.neg(z.im) });

/**
 * |z|, without overflow or underflow in the squares: hypot(re, im).
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: z̄ = c z / |z| with c the cotangent, 0 where z is 0.
 * @throws ShapeError or DTypeError unless z is a pair of floats of one type.
 * @example complex.abs({ re: tensor([3e200, 0]), im: tensor([4e200, 0]) })   // f64[2] [5e200, 0]
 */
export function abs(z: Complex): Tensor {
  const { re, im } = checkComplex('complex.abs', z);
  return hypot(re, im);
}

/**
 * The angle of z, in [−π, π]: arctan2(im, re).
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: with c the cotangent, z̄ = i c z / |z|²; NaN where z is 0.
 * @throws ShapeError or DTypeError unless z is a pair of floats of one type.
 * @example complex.angle({ re: tensor([1, -1]), im: tensor([0, 0]) })   // f64[2] [0, 3.14159]
 */
export function angle(z: Complex): Tensor {
  const { re, im } = checkComplex('complex.angle', z);
  return arctan2(im, re);
}

/** The larger part's size, as a constant: dividing by it and multiplying again changes no derivative. 1 where 0 or ∞. */
function largestPart({ re, im }: Complex): Tensor {
  const largest = stopGradient(maximum(realAbs(re), realAbs(im)));
  return where(logicalAnd(greater(largest, 0), finite(largest)), largest, 1);
}

const norm2 = ({ re, im }: Complex): Tensor => real.add(square(re), square(im));

/**
 * e^z = e^re (cos im + i sin im).
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: z̄ = c conj(e^z) with c the cotangent.
 * @throws DTypeError unless floats.
 * @example complex.exp({ re: tensor(0), im: tensor(0) }).re   // f64[] 1
 */
export const exp = ({ re, im }: Complex): Complex => polar(realExp(re), im);

/**
 * r e^(i·angle) = r (cos angle + i sin angle).
 *
 * Shapes: broadcast. Dtypes: floats, equal. Gradient: with c the cotangent, r̄ = re(c conj(e^(i·angle))), and that of the
 * angle is r im(c conj(e^(i·angle))).
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ or are not floats.
 * @example complex.polar(tensor(2), tensor(0)).re   // f64[] 2
 */
export const polar = (r: Tensor, angle: Tensor): Complex => ({
  re: real.mul(r, cos(angle)),
  im: real.mul(r, sin(angle)),
});

import { add, at, broadcastTo, concat, slice } from '@throughline/autograd';
import { associativeScan } from '@throughline/autograd/control';
import { type Complex, complex } from '@throughline/autograd/fft';
import type { Tensor } from '@throughline/tensor';
import { whereValid } from './valid.ts';

/**
 * h_t = a_t ⊙ h_{t−1} + b_t of complex numbers, by `associativeScan` of (a, b) · (a′, b′) = (a′a, a′b + b′).
 *
 * Shapes: b [T, …]; a [T, …], which may have extents 1; from […] → [T, …]. Dtypes: floats, equal. Gradient: that of the
 * products and sums.
 * Source: Blelloch, "Prefix sums and their applications", 1990.
 * @throws ShapeError when the shapes do not fit.
 * @example complexRecurrence(complex.of(zeros([2]), ones([2])), complex.of(tensor([1, 0])), complex.of(tensor(0))).im   // f64[2] [0, 1]
 */
export function complexRecurrence(a: Complex, b: Complex, from: Complex): Complex {
  const first = (z: Complex): Complex => parts(z, (x) => slice(x, [0], [1]));
  const rest = (z: Complex): Complex => parts(z, (x) => slice(x, [1], [x.shape[0] as number])); // T, by the caller
  const started = complex.add(first(b), complex.mul(first(a), from));
  const later = rest(b);
  const whole = { re: concat([started.re, later.re]), im: concat([started.im, later.im]) };
  return associativeScan(
    (early: Pair, late: Pair): Pair => ({
      a: complex.mul(late.a, early.a),
      b: complex.add(complex.mul(late.a, early.b), late.b),
    }),
    { a, b: whole },
  ).b;
}

interface Pair {
  readonly a: Complex;
  readonly b: Complex;
}

/** Math's constants are not among what every engine computes with; this one is written out. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: Math.PI is refused, as all of Math that may differ.
export const pi = 3.141592653589793;

/** The same of both parts. */
export const parts = (z: Complex, f: (x: Tensor) => Tensor): Complex => ({ re: f(z.re), im: f(z.im) });

/** Re Σ z w over the contracted axes, by a product that knows reals only. */
export const realProduct = (times: (x: Tensor, y: Tensor) => Tensor, z: Complex, w: Complex): Tensor =>
  add(times(z.re, w.re), times(z.im, w.im.neg()));

/** One coefficient […] for all steps of xs [T, B, …]: [T, 1, …]; where rows are held it is 1: [T, B, …]. */
export function alongTime(a: Complex, xs: Tensor, valid: Tensor | undefined): Complex {
  const over = (x: Tensor): Tensor => broadcastTo(x, [xs.shape[0] as number, 1, ...x.shape]); // [T, B, …]
  return { re: whereValid(valid, over(a.re), 1), im: whereValid(valid, over(a.im), 0) };
}

/** What is written, [T, B, …]: nothing where rows are held. */
export const heldValid = (b: Complex, valid: Tensor | undefined): Complex => parts(b, (x) => whereValid(valid, x, 0));

/** After the last step. */
export const lastOf = (z: Complex): Complex => parts(z, (x) => at(x, -1));

import { add, exp, expm1, log, matmul, mul, neg, normal, uniform } from '@throughline/autograd';
import { type Complex, complex } from '@throughline/autograd/fft';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import { defineCell } from '../cell.ts';
import type { DrawInitializer, TiedInitializer } from '../initializer.ts';
import { type ParamSpec, param } from '../params.ts';
import { slot } from '../state.ts';
import { alongTime, complexRecurrence, heldValid, lastOf, parts, pi, realProduct } from './complex-recurrence.ts';

/** Logarithms are taken of what is drawn. */
const tiny = 1e-12;

/**
 * ν so that |λ| = e^(−e^ν) lies in a ring: λ is uniform by area between the radii, `lru.with({ nu: ringRadius(0.9, 0.999) })`.
 * Source: Orvieto et al. 2023, lemma 3.2.
 * @throws ArgumentError unless 0 ≤ low < high ≤ 1.
 */
export function ringRadius(low: number, high: number): DrawInitializer {
  if (!(low >= 0 && low < high && high <= 1)) {
    throw new ArgumentError('ringRadius', `the radii are ${low} and ${high}; they must be 0 ≤ low < high ≤ 1.`);
  }
  // of the squares, uniform in [low², high²)
  return (key, { shape, dtype }) =>
    log(mul(log(uniform(key, shape, { low: Math.max(low * low, tiny), high: high * high, dtype })), -0.5));
}

/**
 * θ so that the phase e^θ of λ is uniform between 0 and `largest`: `lru.with({ theta: ringPhase(0.3) })` remembers slow things.
 * Source: Orvieto et al. 2023, section 3.4.
 * @throws ArgumentError unless 0 < largest ≤ 2π.
 */
export function ringPhase(largest: number): DrawInitializer {
  if (!(largest > 0 && largest <= 2 * pi)) {
    throw new ArgumentError('ringPhase', `the largest phase is ${largest}; it must be in (0, 2π].`);
  }
  return (key, { shape, dtype }) => log(uniform(key, shape, { low: largest * tiny, high: largest, dtype }));
}

/** log √(1 − |λ|²): then white noise of variance 1 keeps each state at variance 1. */
const normalizing: TiedInitializer = { from: 'nu', map: (nu) => mul(log(neg(expm1(mul(exp(nu), -2)))), 0.5) };

const scaledNormal =
  (divisor: (dims: { readonly I: number; readonly N?: number }) => number): DrawInitializer =>
  (key, { shape, dtype, dims }) =>
    mul(normal(key, shape, { dtype }), 1 / Math.sqrt(divisor(dims)));

const complexParam = (
  axes: string,
  initializer: DrawInitializer,
): { readonly re: ParamSpec; readonly im: ParamSpec } => ({
  re: param(axes, initializer),
  im: param(axes, initializer),
});

/**
 * The linear recurrent unit: N complex numbers, each turned and shrunk by its own λ at every step.
 *
 * λ = exp(−e^ν + i e^θ), h′ = λ ⊙ h + e^γ ⊙ (x B), y = Re(h′ C) + x D: no state outgrows its input, since |λ| < 1 whatever
 * ν is. State h {re, im} [B, N]; ν, θ, γ [N]; B {re, im} [I, N], C {re, im} [N, H], D [I, H]; y [B, H] is the output. λ starts
 * uniform on the unit disk (`ringRadius(0, 1)`, `ringPhase(2π)`), e^γ at √(1 − |λ|²) and is trained from there, B and C normal
 * with variances 1/(2I) and 1/N by part, D normal with 1/I: the paper's, but for D, which stands there for a vector where
 * I = H. The layers around it (norm, mixing, skip) are not part of the cell. `parallel` is an `associativeScan`.
 * Source: Orvieto et al., "Resurrecting recurrent neural networks for long sequences", 2023.
 * @example unroll(lru, lru.init(key(1), { I: 2, H: 3, N: 4 }), zeros([5, 1, 2])).last.h.re.shape.join()   // 1,4
 */
export const lru = defineCell({
  name: 'lru',
  params: {
    nu: param('N', ringRadius(0, 1)),
    theta: param('N', ringPhase(2 * pi)),
    gamma: param('N', normalizing),
    B: complexParam(
      'IN',
      scaledNormal(({ I }) => 2 * I),
    ),
    C: complexParam(
      'NH',
      scaledNormal(({ N = 1 }) => N),
    ),
    D: param(
      'IH',
      scaledNormal(({ I }) => I),
    ),
  },
  state: { h: { re: slot('BN'), im: slot('BN') } },
  step(p, { h }, x) {
    const next = complex.add(complex.mul(eigenvalues(p), h), driven(p, x));
    return { state: { h: next }, out: read(p, next, x) };
  },
  parallel(p, { h }, xs, valid) {
    const hs = complexRecurrence(alongTime(eigenvalues(p), xs, valid), heldValid(driven(p, xs), valid), h);
    return { out: read(p, hs, xs), last: { h: lastOf(hs) } };
  },
});

interface LruParams {
  readonly nu: Tensor;
  readonly theta: Tensor;
  readonly gamma: Tensor;
  readonly B: Complex;
  readonly C: Complex;
  readonly D: Tensor;
}

/** The λ, [N]: also what the state's Jacobian has for eigenvalues. */
const eigenvalues = ({ nu, theta }: LruParams): Complex => complex.polar(exp(neg(exp(nu))), exp(theta));

/** What the inputs write. */
const driven = ({ gamma, B }: LruParams, x: Tensor): Complex => parts(B, (part) => mul(exp(gamma), matmul(x, part)));

const read = ({ C, D }: LruParams, h: Complex, x: Tensor): Tensor => add(realProduct(matmul, h, C), matmul(x, D));

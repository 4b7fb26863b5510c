import {
  add,
  at,
  broadcastTo,
  contract,
  cos,
  exp,
  expandDims,
  expm1,
  flip,
  log,
  mul,
  neg,
  normal,
  reshape,
  sin,
  slice,
  square,
  sub,
  sum,
} from '@throughline/autograd';
import { type Complex, complex, fftConvolve } from '@throughline/autograd/fft';
import { arange, full, type Tensor } from '@throughline/tensor';
import { defineCell } from '../cell.ts';
import type { DrawInitializer } from '../initializer.ts';
import { param } from '../params.ts';
import { slot } from '../state.ts';
import { checkChannels } from './channels.ts';
import { alongTime, complexRecurrence, heldValid, lastOf, parts, pi, realProduct } from './complex-recurrence.ts';
import { logStepsBetween } from './step-sizes.ts';

/** The frequencies of S4D-Lin: π n, in every channel. */
export const s4dLin: DrawInitializer = (_, { shape, dtype }) =>
  broadcastTo(mul(arange(shape[1] as number, dtype), pi), shape); // [H, N]

/** The frequencies of S4D-Inv: (M/π) (M/(2n + 1) − 1), where M = 2N counts both of each conjugate pair. */
export const s4dInv: DrawInitializer = (_, { shape, dtype }) => {
  const M = 2 * (shape[1] as number); // [H, N]
  const odd = add(mul(arange(M / 2, dtype), 2), 1);
  return broadcastTo(mul(add(odd.pow(-1).mul(M), -1), M / pi), shape);
};

/** ν of A = −1/2. */
const logHalf: DrawInitializer = (_, { shape, dtype }) => log(full(shape, 0.5, dtype));

const part: DrawInitializer = (key, { shape, dtype }) => mul(normal(key, shape, { dtype }), Math.sqrt(0.5));

/**
 * The diagonal state space S4D: in each channel N complex numbers that decay and turn at rates of their own, and a weighted
 * sum of them.
 *
 * A = −e^ν + i ω, Δ = e^δ, by zero-order hold λ = e^(ΔA) and λ₁ = (λ − 1)/A; h′ = λ ⊙ h + λ₁ x, y = 2 Re(h′ · C) + D ⊙ x: one
 * number of each conjugate pair, hence the 2. B is 1, absorbed by C. State h {re, im} [B, H, N]; x and y [B, H]; ν, ω [H, N],
 * C {re, im} [H, N], δ, D [H]. It starts as S4D-Lin, −1/2 + iπn; `s4d.with({ omega: s4dInv })` is S4D-Inv. Δ log-uniform in
 * [0.001, 0.1], C and D normal. One step is the recurrence; `parallel` is the convolution with `s4dKernel`, by Fourier
 * transforms, in O(T log T), unless some steps are not valid: then it is an `associativeScan`. The activation and the mixing
 * of channels around it are not part of the cell.
 * Source: Gu, Gupta, Goel, Ré, "On the parameterization and initialization of diagonal state space models", 2022.
 * @throws ShapeError when x is not [B, H].
 * @example unroll(s4d, s4d.init(key(1), { I: 3, H: 3, N: 2 }), zeros([5, 1, 3]), { parallel: true }).last.h.im.shape.join()   // 1,3,2
 */
export const s4d = defineCell({
  name: 's4d',
  params: {
    delta: param('H', logStepsBetween(0.001, 0.1)),
    nu: param('HN', logHalf),
    omega: param('HN', s4dLin),
    C: { re: param('HN', part), im: param('HN', part) },
    D: param('H', (key, { shape, dtype }) => normal(key, shape, { dtype })),
  },
  state: { h: { re: slot('BHN'), im: slot('BHN') } },
  step(p, { h }, x) {
    checkChannels('s4d', x, p.D.size);
    const { keep, write } = discretized(p);
    const next = complex.add(complex.mul(keep, h), complex.scale(write, expandDims(x, -1)));
    return { state: { h: next }, out: read(p, next, x) };
  },
  parallel(p, { h }, xs, valid) {
    checkChannels('s4d', xs, p.D.size);
    if (valid !== undefined) {
      const { keep, write } = discretized(p);
      const written = complex.scale(write, expandDims(xs, -1));
      const hs = complexRecurrence(alongTime(keep, xs, valid), heldValid(written, valid), h);
      return { out: read(p, hs, xs), last: { h: lastOf(hs) } };
    }
    return convolved(p, h, xs);
  },
});

/** The parameters of `s4d`. */
export interface S4dParams {
  readonly delta: Tensor;
  readonly nu: Tensor;
  readonly omega: Tensor;
  readonly C: Complex;
  readonly D: Tensor;
}

/** ΔA [H, N]. */
const exponents = ({ delta, nu, omega }: S4dParams): Complex =>
  complex.scale({ re: neg(exp(nu)), im: omega }, expandDims(exp(delta), -1));

/**
 * λ = e^(ΔA), and λ₁ = (λ − 1)/A, [H, N]: zero-order hold. With ΔA = a + ib the real part of λ − 1 is
 * (e^a − 1) cos b − 2 sin²(b/2), which keeps its digits where the step is small.
 */
function discretized(p: S4dParams): { keep: Complex; write: Complex } {
  const { re: a, im: b } = exponents(p);
  const keep = complex.exp({ re: a, im: b });
  const re = sub(mul(expm1(a), cos(b)), mul(square(sin(mul(b, 0.5))), 2));
  return { keep, write: complex.div({ re, im: keep.im }, { re: neg(exp(p.nu)), im: p.omega }) };
}

/** 2 Re(h · C) + D ⊙ x. */
const read = ({ C, D }: S4dParams, h: Complex, x: Tensor): Tensor =>
  add(mul(sum(realProduct(mul, h, C), -1), 2), mul(D, x));

/** λ^t for t = 0…steps: [steps + 1, H, N]. */
function powers(p: S4dParams, steps: number): Complex {
  const times = reshape(arange(steps + 1, p.delta.dtype), [steps + 1, 1, 1]);
  return complex.exp(complex.scale(exponents(p), times));
}

const between = (z: Complex, from: number, to: number): Complex => parts(z, (x) => slice(x, [from], [to]));

/**
 * What an input leaves in the outputs after it: 2 Re Σ_n C λ₁ λ^t, which is what `s4d` convolves its inputs with.
 *
 * Shapes: `steps` numbers per channel, [steps, H]. Gradient: that of the formula.
 * Source: Gu et al. 2022, equation 2.
 * @example s4dKernel(s4d.init(key(1), { I: 3, H: 3, N: 2 }), 7).shape.join()   // 7,3
 */
export const s4dKernel = (params: S4dParams, steps: number): Tensor =>
  kernelOf(params, between(powers(params, steps), 0, steps));

const kernelOf = (p: S4dParams, z: Complex): Tensor =>
  mul(
    realProduct((a, b) => contract('thn,hn->th', a, b), z, complex.mul(discretized(p).write, p.C)),
    2,
  );

/** The inputs convolved with the kernel, and what is left of the state at the start. */
function convolved(p: S4dParams, h: Complex, xs: Tensor): { out: Tensor; last: { h: Complex } } {
  const steps = xs.shape[0] as number; // [T, B, H]
  const all = powers(p, steps);
  const before = between(all, 0, steps);
  const fromInputs = fftConvolve(xs, expandDims(kernelOf(p, before), 1), { axis: 0, mode: 'causal' });
  const heard = complex.mul(between(all, 1, steps + 1), p.C);
  const fromStart = mul(
    realProduct((a, b) => contract('thn,bhn->tbh', a, b), heard, h),
    2,
  );
  const weighted = parts(before, (x) => contract('thn,tbh->bhn', flip(x, 0), xs));
  const last = complex.add(
    complex.mul(discretized(p).write, weighted),
    complex.mul(
      parts(all, (x) => at(x, steps)),
      h,
    ),
  );
  return { out: add(add(fromInputs, fromStart), mul(p.D, xs)), last: { h: last } };
}

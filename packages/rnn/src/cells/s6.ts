import { add, at, exp, expandDims, log, matmul, mul, neg, softplus, sum } from '@throughline/autograd';
import { linearRecurrence } from '@throughline/autograd/control';
import { arange, ones, type Tensor } from '@throughline/tensor';
import { defineCell } from '../cell.ts';
import type { DrawInitializer } from '../initializer.ts';
import { constant } from '../initializers.ts';
import { param } from '../params.ts';
import { slot } from '../state.ts';
import { checkChannels } from './channels.ts';
import { dense, project, uniformByRows } from './dense.ts';
import { softplusStepsBetween } from './step-sizes.ts';
import { whereValid } from './valid.ts';

/** log 1, log 2, …, log N in every channel. */
const logCounts: DrawInitializer = (_, { shape, dtype }) =>
  mul(ones(shape, dtype), log(add(arange(shape[1] as number, dtype), 1))); // [H, N]

/**
 * The selective state space S6, which is Mamba's: a diagonal state space whose steps, writing and reading depend on the
 * input.
 *
 * Δ = softplus(x V W + b), w = x B, r = x C, a = exp(−e^A Δ); h′ = a ⊙ h + (Δ x) wᵀ; y = h′ r + D ⊙ x, in each of the H
 * channels for itself, so that x is [B, H] too. A is discretised by zero-order hold and the input by Δ alone, as Mamba's code
 * does. State h [B, H, N]; V [H, R], W [R, H], b [H]: steps of rank R; B, C [H, N]: shared by all channels; A [H, N], D [H].
 * Everything starts as Mamba does: −e^A at −1, −2, …, −N, Δ log-uniform in [0.001, 0.1], D at 1. Its convolution, gate and
 * projections are `mambaBlock`. The belt: a, exactly, with nothing held.
 * Source: Gu, Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023.
 * @throws ShapeError when x is not [B, H].
 * @example unroll(s6, s6.init(key(1), { I: 3, H: 3, N: 2, R: 1 }), zeros([5, 1, 3]), { parallel: true }).last.h.shape.join()   // 1,3,2
 */
export const s6 = defineCell({
  name: 's6',
  params: {
    V: param('HR', uniformByRows),
    delta: dense({ axes: 'RH', W: uniformByRows, bias: softplusStepsBetween(0.001, 0.1) }),
    A: param('HN', logCounts),
    B: param('HN', uniformByRows),
    C: param('HN', uniformByRows),
    D: param('H', constant(1)),
  },
  state: { h: slot('BHN') },
  step(p, { h }, x) {
    const { delta, a, written } = select(p, x);
    const next = a.mul(h).add(written);
    return { state: { h: next }, out: read(p, next, x), taps: { delta, a } };
  },
  belt: { state: 'h', keep: 'a', holding: [] },
  parallel(p, { h }, xs, valid) {
    const { delta, a, written } = select(p, xs);
    const hs = linearRecurrence(whereValid(valid, a, 1), whereValid(valid, written, 0), { from: h });
    return { out: read(p, hs, xs), last: { h: at(hs, -1) }, taps: { delta, a } };
  },
});

interface S6Params {
  readonly V: Tensor;
  readonly delta: { readonly W: Tensor; readonly b: Tensor };
  readonly A: Tensor;
  readonly B: Tensor;
  readonly C: Tensor;
  readonly D: Tensor;
}

/** What is kept and what is written, [..., H, N]. */
function select(p: S6Params, x: Tensor): { delta: Tensor; a: Tensor; written: Tensor } {
  checkChannels('s6', x, p.D.size);
  const delta = softplus(project(p.delta, matmul(x, p.V)));
  const a = exp(mul(expandDims(delta, -1), neg(exp(p.A))));
  const written = mul(expandDims(delta.mul(x), -1), expandDims(matmul(x, p.B), -2));
  return { delta, a, written };
}

const read = ({ C, D }: S6Params, h: Tensor, x: Tensor): Tensor =>
  add(sum(mul(h, expandDims(matmul(x, C), -2)), -1), mul(D, x));

import { at, exp, expm1, log, mul, neg, sigmoid, softplus, sqrt, uniform } from '@throughline/autograd';
import { linearRecurrence } from '@throughline/autograd/control';
import { boundGradient } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';
import { defineCell } from '../cell.ts';
import type { DrawInitializer } from '../initializer.ts';
import { param } from '../params.ts';
import { checkChannels } from './channels.ts';
import { dense, project } from './dense.ts';
import { whereValid } from './valid.ts';

/** The power of a that an open gate takes. */
const c = 8;

/** The largest slope of the root in √(1 − a²). */
const steepest = 1000;

/** Λ with σ(Λ)^c uniform in [0.9, 0.999): from u, −log(u^(−1/c) − 1). */
const slowDecays: DrawInitializer = (key, { shape, dtype }) =>
  neg(log(expm1(mul(log(uniform(key, shape, { low: 0.9, high: 0.999, dtype })), -1 / c))));

/**
 * The real-gated linear recurrent unit of Griffin: what it keeps is a power of a learned decay, chosen by the input.
 *
 * r = σ(x W_r + b_r), i = σ(x W_i + b_i), a = σ(Λ)^(8 r); h′ = a ⊙ h + √(1 − a²) ⊙ i ⊙ x, in each of the H channels for
 * itself, so that x is [B, H] too. State h [B, H]; W [H, H], b, Λ [H]. The root's slope is bounded by 1000, as in the
 * published code, by `boundGradient`; 1 − a² is computed without cancellation. The paper's equations: its code has
 * block-diagonal W, and no root at the first step of a document. σ(Λ)^8 starts uniform in [0.9, 0.999]. The belt: a,
 * exactly, with nothing held.
 * Source: De et al., "Griffin: mixing gated linear recurrences with local attention for efficient language models", 2024.
 * @throws ShapeError when x is not [B, H].
 * @example unroll(rgLru, rgLru.init(key(1), { I: 3, H: 3 }), zeros([5, 1, 3]), { parallel: true }).out.shape.join()   // 5,1,3
 */
export const rgLru = defineCell({
  name: 'rgLru',
  params: { r: dense({ axes: 'HH' }), i: dense({ axes: 'HH' }), lambda: param('H', slowDecays) },
  state: ['h'],
  step(p, { h }, x) {
    const { taps, written } = gatesAt(p, x);
    const next = taps.a.mul(h).add(written);
    return { state: { h: next }, out: next, taps };
  },
  belt: { state: 'h', keep: 'a', holding: [] },
  parallel(p, { h }, xs, valid) {
    const { taps, written } = gatesAt(p, xs);
    const hs = linearRecurrence(whereValid(valid, taps.a, 1), whereValid(valid, written, 0), { from: h });
    return { out: hs, last: { h: at(hs, -1) }, taps };
  },
});

interface RgLruParams {
  readonly r: { readonly W: Tensor; readonly b: Tensor };
  readonly i: { readonly W: Tensor; readonly b: Tensor };
  readonly lambda: Tensor;
}

function gatesAt(p: RgLruParams, x: Tensor): { taps: { r: Tensor; i: Tensor; a: Tensor }; written: Tensor } {
  checkChannels('rgLru', x, p.lambda.size);
  const r = sigmoid(project(p.r, x));
  const i = sigmoid(project(p.i, x));
  const logA = mul(r, mul(softplus(neg(p.lambda)), -c));
  const scale = boundGradient(sqrt, neg(expm1(mul(logA, 2))), steepest);
  return { taps: { r, i, a: exp(logA) }, written: scale.mul(i).mul(x) };
}

import { at, neg, sigmoid, softplus, sub } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { defineCell } from '../cell.ts';
import { dense, project } from './dense.ts';
import { logPositive, logSpaceRecurrence, positive } from './log-space.ts';
import { whereValid } from './valid.ts';

/**
 * The minimal LSTM: no output gate, and gates that see the input alone, so that it is linear in its state.
 *
 * f = σ(x W_f + b_f), i = σ(x W_i + b_i), n = g(x W_n + b_n); h′ = f/(f + i) ⊙ h + i/(f + i) ⊙ n. The length-independent
 * variant: the gates are divided by their sum, which here is σ of the difference of their logarithms, so that gates of 0
 * divide nothing. And the variant for log space: g as in `minGru`. State h [B, H]; W [I, H], b [H]. One step is the paper's
 * sequential mode, `parallel` its log-space mode. The belt: what is kept, exactly, with nothing held.
 * Source: Feng, Tung, Ahmed, Bengio, Hajimirsadeghi, "Were RNNs all we needed?", 2024, appendix B.
 * @example minLstm.step({ f: { W: zeros([1, 1]), b: zeros([1]) }, i: { W: zeros([1, 1]), b: zeros([1]) }, n: { W: ones([1, 1]), b: zeros([1]) } }, { h: tensor([[3]]) }, tensor([[0.5]])).out   // f64[1,1] [[2]]
 */
export const minLstm = defineCell({
  name: 'minLstm',
  params: { f: dense(), i: dense(), n: dense() },
  state: ['h'],
  step(p, { h }, x) {
    const keep = sigmoid(advantage(project(p.f, x), project(p.i, x)));
    const n = positive(project(p.n, x));
    const hNext = keep.mul(h).add(sub(1, keep).mul(n));
    return { state: { h: hNext }, out: hNext, taps: { keep, n } };
  },
  belt: { state: 'h', keep: 'keep', holding: [] },
  parallel(p, { h }, xs, valid) {
    const a = advantage(project(p.f, xs), project(p.i, xs));
    const forN = project(p.n, xs);
    const hs = logSpaceRecurrence(
      whereValid(valid, neg(softplus(neg(a))), 0),
      whereValid(valid, neg(softplus(a)).add(logPositive(forN)), Number.NEGATIVE_INFINITY),
      h,
    );
    return { out: hs, last: { h: at(hs, -1) }, taps: { keep: sigmoid(a), n: positive(forN) } };
  },
});

/** log f − log i, from the pre-activations of the two gates. */
const advantage = (forF: Tensor, forI: Tensor): Tensor => softplus(neg(forI)).sub(softplus(neg(forF)));

import { at, exp, neg, sigmoid, softplus, sub } from '@throughline/autograd';
import { defineCell } from '../cell.ts';
import { dense, project } from './dense.ts';
import { logPositive, logSpaceRecurrence, positive } from './log-space.ts';
import { whereValid } from './valid.ts';

/**
 * The minimal gated recurrent unit: no reset gate, and gates that see the input alone, so that it is linear in its state.
 *
 * z = σ(x W_z + b_z), n = g(x W_n + b_n), h′ = (1 − z) ⊙ h + z ⊙ n: the paper's convention, in which z writes (our `gru` and
 * PyTorch's keep by z). The variant for log space: g(a) = a + 1/2 from 0 on and σ(a) below, so that candidates are
 * positive. State h [B, H]; W [I, H], b [H]. One step is the paper's sequential mode; `parallel` its log-space mode, with
 * the state taken as it is (the paper passes it through g). The belt: 1 − z, exactly, with nothing held.
 * Source: Feng, Tung, Ahmed, Bengio, Hajimirsadeghi, "Were RNNs all we needed?", 2024, appendix B.
 * @example unroll(minGru, minGru.init(key(1), { I: 2, H: 3 }), zeros([5, 1, 2]), { parallel: true }).out.shape.join()   // 5,1,3
 */
export const minGru = defineCell({
  name: 'minGru',
  params: { z: dense(), n: dense() },
  state: ['h'],
  step(p, { h }, x) {
    const z = sigmoid(project(p.z, x));
    const n = positive(project(p.n, x));
    const keep = sub(1, z);
    const hNext = keep.mul(h).add(z.mul(n));
    return { state: { h: hNext }, out: hNext, taps: { z, n, keep } };
  },
  belt: { state: 'h', keep: 'keep', holding: [] },
  parallel(p, { h }, xs, valid) {
    const [forZ, forN] = [project(p.z, xs), project(p.n, xs)];
    const [logZ, logKeep, logN] = [neg(softplus(neg(forZ))), neg(softplus(forZ)), logPositive(forN)];
    const hs = logSpaceRecurrence(
      whereValid(valid, logKeep, 0),
      whereValid(valid, logZ.add(logN), Number.NEGATIVE_INFINITY),
      h,
    );
    return { out: hs, last: { h: at(hs, -1) }, taps: { z: sigmoid(forZ), n: positive(forN), keep: exp(logKeep) } };
  },
});

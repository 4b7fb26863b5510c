import { sigmoid, sub, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/**
 * The minimal gated unit: a GRU whose reset and update are one gate.
 *
 * f = σ(x W_f + h U_f + b_f), n = tanh(x W_n + (f ⊙ h) U_n + b_n), h′ = (1 − f) ⊙ h + f ⊙ n: f writes, and what is not
 * written stays. State h [B, H]; each gate has W [I, H], U [H, H], b [H].
 * Source: Zhou, Wu, Zhang, Zhou, "Minimal gated unit for recurrent neural networks", 2016.
 * @example mgu.gates.join()   // f,n
 */
export const mgu = defineCell({
  name: 'mgu',
  params: { f: gate(), n: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const n = tanh(affine(p.n, x, f.mul(h)));
    const keep = sub(1, f);
    const hNext = keep.mul(h).add(f.mul(n));
    return { state: { h: hNext }, out: hNext, taps: { f, n, keep } };
  },
  belt: { state: 'h', keep: 'keep', holding: ['f', 'n'] },
});

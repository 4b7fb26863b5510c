import { sigmoid, sub, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/**
 * The gated recurrent unit as first published: the reset multiplies the state before the recurrent product.
 *
 * State h [B, H]; each gate has W [I, H], U [H, H], b [H]. z keeps: h′ = z ⊙ h + (1 − z) ⊙ n. Not convertible to `gru`,
 * since (r ⊙ h) U is not r ⊙ (h U).
 * Source: Cho et al., "Learning phrase representations using RNN encoder–decoder", 2014.
 * @example gruResetBefore.stateNames.join()   // h
 */
export const gruResetBefore = defineCell({
  name: 'gruResetBefore',
  params: { r: gate(), z: gate(), n: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const r = sigmoid(affine(p.r, x, h));
    const z = sigmoid(affine(p.z, x, h));
    const n = tanh(affine(p.n, x, r.mul(h)));
    const hNext = z.mul(h).add(sub(1, z).mul(n));
    return { state: { h: hNext }, out: hNext, taps: { r, z, n } };
  },
  belt: { state: 'h', keep: 'z', holding: ['r', 'z', 'n'] },
});

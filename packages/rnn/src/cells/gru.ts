import { matmul, sigmoid, sub, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/**
 * The gated recurrent unit, reset after the recurrent product: the variant of cuDNN and PyTorch.
 *
 * State h [B, H]; each gate has W [I, H], U [H, H], b [H], the candidate n a second bias b2 [H] inside the reset. z keeps:
 * h′ = z ⊙ h + (1 − z) ⊙ n.
 * Source: Cho et al., "Learning phrase representations using RNN encoder–decoder", 2014.
 * @example gru.gates.join()   // r,z,n
 */
export const gru = defineCell({
  name: 'gru',
  params: { r: gate(), z: gate(), n: gate({ biases: 2 }) },
  state: ['h'],
  step(p, { h }, x) {
    const r = sigmoid(affine(p.r, x, h));
    const z = sigmoid(affine(p.z, x, h));
    const recurrent = matmul(h, p.n.U).add(p.n.b2);
    const n = tanh(matmul(x, p.n.W).add(p.n.b).add(r.mul(recurrent)));
    const hNext = z.mul(h).add(sub(1, z).mul(n));
    return { state: { h: hNext }, out: hNext, taps: { r, z, n } };
  },
  belt: { state: 'h', keep: 'z', holding: ['r', 'z', 'n'] },
});

import { sigmoid, sub, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/**
 * The LSTM with coupled input and forget gate: it writes exactly as much as it forgets.
 *
 * f = σ(x W_f + h U_f + b_f), o alike, g = tanh(x W_g + h U_g + b_g), c′ = f ⊙ c + (1 − f) ⊙ g, h′ = o ⊙ tanh(c′): the cell
 * state is a mean of what was written, so it stays in [−1, 1]. No peepholes, unlike the study's. States h, c [B, H]; each gate
 * has W [I, H], U [H, H], b [H].
 * Source: Greff, Srivastava, Koutník, Steunebrink, Schmidhuber, "LSTM: a search space odyssey", 2017 (CIFG).
 * @example coupledLstm.gates.join()   // f,o,g
 */
export const coupledLstm = defineCell({
  name: 'coupledLstm',
  params: { f: gate(), o: gate(), g: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const o = sigmoid(affine(p.o, x, h));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(sub(1, f).mul(g));
    const hNext = o.mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, o, g } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});

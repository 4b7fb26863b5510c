import { sigmoid, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate, param } from '../params.ts';

/** A gate that also sees the cell state, unit by unit: p [H] is the diagonal of Graves's W_c. */
const seeing = () => ({ ...gate(), p: param('H') });

/**
 * The LSTM whose gates look at the cell state: f and i at c before the step, o at c after it.
 *
 * f = σ(x W_f + h U_f + b_f + p_f ⊙ c), i alike, g = tanh(x W_g + h U_g + b_g), c′ = f ⊙ c + i ⊙ g,
 * o = σ(x W_o + h U_o + b_o + p_o ⊙ c′), h′ = o ⊙ tanh(c′). Graves's equations; Gers and Schmidhuber squash g and h by
 * others. States h, c [B, H]; each gate has W [I, H], U [H, H], b [H], three have p [H]. The belt holds f and i besides h,
 * since they are functions of c.
 * Source: Gers, Schmidhuber, "Recurrent nets that time and count", 2000; Graves, "Generating sequences with recurrent
 * neural networks", 2013.
 * @example peepholeLstm.belt?.holding.join()   // h,f,i
 */
export const peepholeLstm = defineCell({
  name: 'peepholeLstm',
  params: { f: seeing(), i: seeing(), o: seeing(), g: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h).add(p.f.p.mul(c)));
    const i = sigmoid(affine(p.i, x, h).add(p.i.p.mul(c)));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(i.mul(g));
    const o = sigmoid(affine(p.o, x, h).add(p.o.p.mul(cNext)));
    const hNext = o.mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, o, g } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h', 'f', 'i'] },
});

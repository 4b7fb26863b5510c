import { sigmoid, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/**
 * Long short-term memory, with forget gate, without peepholes.
 *
 * States h, c [B, H]; each gate has W [I, H], U [H, H], b [H]. PyTorch's equations; its two biases are one here.
 * Everything starts uniform in ±1/√H, as there; `lstm.with({ f: { b: 1 } })` is the forget bias of Jozefowicz et al. 2015,
 * `lstm.with({ f: { b: chrono(60) }, i: { b: minus('f.b') } })` that of Tallec and Ollivier 2018.
 * Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997; Gers, Schmidhuber, Cummins, "Learning to forget", 2000.
 * @example lstm.stateNames.join()   // h,c
 */
export const lstm = defineCell({
  name: 'lstm',
  params: { f: gate(), i: gate(), o: gate(), g: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const i = sigmoid(affine(p.i, x, h));
    const o = sigmoid(affine(p.o, x, h));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(i.mul(g));
    const hNext = o.mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, o, g } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});

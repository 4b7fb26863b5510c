import { affine, chrono, defineCell, gate, sigmoid, sub, tanh } from 'throughline';

/** One gate: what it does not keep it replaces. c' = k ⊙ c + (1 − k) ⊙ g, half the size of an LSTM. */
export const cell = defineCell({
  name: 'mine',
  params: { k: gate({ bias: chrono(60) }), g: gate() },
  state: ['c'],
  step(p, { c }, x) {
    const k = sigmoid(affine(p.k, x, c));
    const g = tanh(affine(p.g, x, c));
    const cNext = k.mul(c).add(sub(1, k).mul(g));
    return { state: { c: cNext }, out: cNext, taps: { k, g } };
  },
  belt: { state: 'c', keep: 'k', holding: ['k', 'g'] },
});

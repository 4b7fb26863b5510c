import { affine, chrono, defineCell, gate, sigmoid, sub, tanh } from 'throughline';

/** Writes exactly as much as it forgets: c' = f ⊙ c + (1 − f) ⊙ g. */
export default defineCell({
  name: 'coupled',
  params: { f: gate({ bias: chrono(60) }), g: gate(), o: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const o = sigmoid(affine(p.o, x, h));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(sub(1, f).mul(g));
    const hNext = o.mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, g, o } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});

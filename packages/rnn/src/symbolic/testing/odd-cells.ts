import { concat, div, exp, greater, mul, pow, sigmoid, slice, sub, sum, tanh, where } from '@throughline/autograd';
import { affine } from '../../affine.ts';
import { defineCell } from '../../cell.ts';
import { gate, param } from '../../params.ts';
import { slot } from '../../state.ts';

/** An LSTM whose gates see the memory: f and i the old one, o the new one. */
export const peephole = defineCell({
  name: 'peephole',
  params: { f: gate(), i: gate(), o: gate(), g: gate(), peep: { f: param('H'), i: param('H'), o: param('H') } },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h).add(mul(p.peep.f, c)));
    const i = sigmoid(affine(p.i, x, h).add(mul(p.peep.i, c)));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(i.mul(g));
    const o = sigmoid(affine(p.o, x, h).add(mul(p.peep.o, cNext)));
    const hNext = o.mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, o, g } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h', 'f', 'i'] },
});

/** c' = c − (1 − f) ⊙ c + i ⊙ g: an LSTM's memory, written the long way round. */
export const rearranged = defineCell({
  name: 'rearranged',
  params: { f: gate(), i: gate(), g: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const i = sigmoid(affine(p.i, x, h));
    const g = tanh(affine(p.g, x, h));
    const cNext = sub(c, sub(1, f).mul(c)).add(i.mul(g));
    const hNext = tanh(cNext);
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, g } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});

/** Writes exactly as much as it forgets. */
export const coupled = defineCell({
  name: 'coupled',
  params: { f: gate(), g: gate(), o: gate() },
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

/** Shifts its memory along, writes into the first place, chooses by sign, normalises; its output is no state. */
export const odd = defineCell({
  name: 'odd',
  params: { a: gate(), scale: param('H'), unused: param('H') },
  state: { h: slot('BH'), m: slot('BH'), steps: slot('B', { dtype: 'int32' }) },
  step(p, { h, m, steps }, x) {
    const [B = 0, H = 0] = h.shape;
    const a = tanh(affine(p.a, x, h));
    const moved = concat([slice(a, [0, 0], [B, 1]), slice(m, [0, 0], [B, H - 1])], 1);
    const chosen = where(greater(a, 0.1), mul(moved, p.scale), pow(a, 3));
    const e = exp(chosen);
    const hNext = div(e, sum(e, [1], { keepDims: true })).sub(0.25);
    return { state: { h: hNext, m: moved, steps: steps.add(1) }, out: mul(2, hNext).add(moved), taps: { a } };
  },
});

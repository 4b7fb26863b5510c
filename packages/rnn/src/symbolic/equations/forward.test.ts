import { add, concat, contract, mul, neg, sigmoid, slice, sub, tanh, transpose } from '@throughline/autograd';
import { expect, test } from 'vitest';
import { affine, chrono, defineCell, gate, gru, gruResetBefore, lstm, param, rnn, rnnRelu, slot } from '../../index.ts';
import { equations } from '../index.ts';

test('the classic cells print as in their papers', () => {
  expect(equations(rnn)).toEqual(["h' = tanh(x W_h + h U_h + b_h)"]);
  expect(equations(rnnRelu)).toEqual(["h' = relu(x W_h + h U_h + b_h)"]);
  expect(equations(lstm)).toEqual([
    'f = σ(x W_f + h U_f + b_f)',
    'i = σ(x W_i + h U_i + b_i)',
    'o = σ(x W_o + h U_o + b_o)',
    'g = tanh(x W_g + h U_g + b_g)',
    "c' = f ⊙ c + i ⊙ g",
    "h' = o ⊙ tanh(c')",
  ]);
  expect(equations(gru)).toEqual([
    'r = σ(x W_r + h U_r + b_r)',
    'z = σ(x W_z + h U_z + b_z)',
    'n = tanh(x W_n + b_n + r ⊙ (h U_n + b2_n))',
    "h' = z ⊙ h + (1 − z) ⊙ n",
  ]);
  expect(equations(gruResetBefore)).toEqual([
    'r = σ(x W_r + h U_r + b_r)',
    'z = σ(x W_z + h U_z + b_z)',
    'n = tanh(x W_n + (r ⊙ h) U_n + b_n)',
    "h' = z ⊙ h + (1 − z) ⊙ n",
  ]);
});

test('gates of one form share a line', () => {
  expect(equations(lstm, { likewise: true })).toEqual([
    'f = σ(x W_f + h U_f + b_f)   i, o likewise',
    'g = tanh(x W_g + h U_g + b_g)',
    "c' = f ⊙ c + i ⊙ g",
    "h' = o ⊙ tanh(c')",
  ]);
  expect(equations(gru, { likewise: true })).toEqual([
    'r = σ(x W_r + h U_r + b_r)   z likewise',
    'n = tanh(x W_n + b_n + r ⊙ (h U_n + b2_n))',
    "h' = z ⊙ h + (1 − z) ⊙ n",
  ]);
});

test('a cell of one’s own prints in its own letters', () => {
  const coupled = defineCell({
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
  expect(equations(coupled, { likewise: true })).toEqual([
    'f = σ(x W_f + h U_f + b_f)   o likewise',
    'g = tanh(x W_g + h U_g + b_g)',
    "c' = f ⊙ c + (1 − f) ⊙ g",
    "h' = o ⊙ tanh(c')",
  ]);
});

test('brackets stand just where they are needed', () => {
  const cell = defineCell({
    name: 'brackets',
    params: { a: param('H'), A: param('HH'), B: param('HH') },
    state: { h: slot('BH'), old: slot('BH') },
    step(p, { h, old }, x) {
      const u = sub(h, sub(old, x));
      const v = add(h, add(old, neg(x)));
      const w = mul(add(h, 0.5), mul(p.a, neg(h)));
      const m = contract('bj,jk->bk', contract('bi,ij->bj', h, p.A), transpose(p.B));
      const k = contract('bi,ij->bj', h, contract('ij,jk->ik', p.A, p.B));
      const s = concat([slice(h, [0, 0], [3, 1]), slice(h, [0, 1], [3, h.shape[1] ?? 0])], 1);
      return { state: { h: u, old: h }, out: add(u, 1), taps: { u, v, w, m, k, s } };
    },
  });
  expect(equations(cell)).toEqual([
    "old' = h",
    "h' = h − (old − x)",
    "u = h'",
    'v = h + old + (−x)',
    'w = (h + 0.5) ⊙ a ⊙ (−h)',
    'm = h A Bᵀ',
    'k = h (A B)',
    's = concat[1](slice[0:3, 0:1](h), slice[0:3, 1:H](h))',
    "out = h' + 1",
  ]);
});

test('a long intermediate that comes back is printed once', () => {
  const cell = defineCell({
    name: 'doubling',
    params: { f: gate() },
    state: ['h'],
    step(p, { h }, x) {
      let y = tanh(affine(p.f, x, h));
      for (let n = 0; n < 30; n++) y = mul(y, y);
      return { state: { h: y }, out: y };
    },
  });
  const lines = equations(cell);
  expect(lines.length).toBeLessThan(32);
  expect(lines.every((line) => line.length < 200)).toBe(true);
});

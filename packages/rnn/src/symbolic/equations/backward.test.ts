import { sigmoid, tanh } from '@throughline/autograd';
import { expect, test } from 'vitest';
import { affine } from '../../affine.ts';
import { defineCell } from '../../cell.ts';
import { gru } from '../../cells/gru.ts';
import { lstm } from '../../cells/lstm.ts';
import { gate } from '../../params.ts';
import { coupled, odd, peephole, rearranged } from '../testing/odd-cells.ts';
import { diagonal, residual } from '../testing/unseen-cells.ts';
import { backwardEquations } from './backward.ts';
import { directPaths } from './direct.ts';
import { explain } from './explain.ts';

test('the backward pass of an LSTM in its own letters, with the belt as a line of its own', () => {
  expect(backwardEquations(lstm).slice(0, 16)).toEqual([
    "tanh_c' = tanh(c')",
    "δo = δh' ⊙ tanh_c'",
    "Δc' = δc' + δh' ⊙ o ⊙ (1 − tanh_c'²)",
    "δi = Δc' ⊙ g",
    "δg = Δc' ⊙ i",
    "δf = Δc' ⊙ c",
    "δc = Δc' ⊙ f",
    'δa_g = δg ⊙ (1 − g²)',
    'δa_o = δo ⊙ o ⊙ (1 − o)',
    'δa_i = δi ⊙ i ⊙ (1 − i)',
    'δa_f = δf ⊙ f ⊙ (1 − f)',
    'δh = δa_g U_gᵀ + δa_o U_oᵀ + δa_i U_iᵀ + δa_f U_fᵀ',
    'δx = δa_g W_gᵀ + δa_o W_oᵀ + δa_i W_iᵀ + δa_f W_fᵀ',
    'δW_f = xᵀ δa_f',
    'δU_f = hᵀ δa_f',
    'δb_f = Σ(δa_f)',
  ]);
});

test('a whole cell, gates of one form on one line', () => {
  expect(explain(lstm)).toBe(
    [
      'lstm',
      '  f = σ(x W_f + h U_f + b_f)   i, o likewise',
      '  g = tanh(x W_g + h U_g + b_g)',
      "  c' = f ⊙ c + i ⊙ g",
      "  tanh_c' = tanh(c')",
      "  h' = o ⊙ tanh_c'",
      '',
      '  backward',
      "  δo = δh' ⊙ tanh_c'",
      "  Δc' = δc' + δh' ⊙ o ⊙ (1 − tanh_c'²)",
      "  δi = Δc' ⊙ g",
      "  δg = Δc' ⊙ i",
      "  δf = Δc' ⊙ c",
      "  δc = Δc' ⊙ f",
      '  δa_g = δg ⊙ (1 − g²)',
      '  δa_o = δo ⊙ o ⊙ (1 − o)   i, f likewise',
      '  δh = δa_g U_gᵀ + δa_o U_oᵀ + δa_i U_iᵀ + δa_f U_fᵀ',
      '  δx = δa_g W_gᵀ + δa_o W_oᵀ + δa_i W_iᵀ + δa_f W_fᵀ',
      '  δW_f = xᵀ δa_f   i, o, g likewise',
      '  δU_f = hᵀ δa_f   i, o, g likewise',
      '  δb_f = Σ(δa_f)   i, o, g likewise',
      '',
      '  along the memory',
      '  ∂c_t/∂c_{t−1} = f_t   h held',
    ].join('\n'),
  );
});

test('a GRU: what is kept goes straight back; the product that is reset has a name, and so has what it gets', () => {
  const lines = backwardEquations(gru);
  expect(lines).toContain('v1 = h U_n + b2_n');
  expect(lines).toContain('δv1 = δa_n ⊙ r');
  expect(lines).toContain("δh = δh' ⊙ z + δv1 U_nᵀ + δa_z U_zᵀ + δa_r U_rᵀ");
});

test('a state that is added to passes its cotangent on; a parameter that is not used gets 0', () => {
  const sums = defineCell({
    name: 'sums',
    params: { a: gate() },
    state: ['s', 'old'],
    step: (p, { s }, x) => ({ state: { s: s.add(affine(p.a, x, s.mul(0))), old: s }, out: s }),
  });
  const lines = backwardEquations(sums);
  expect(lines).toContain("δs = δold' + δs'");
  expect(lines).toContain('δold = 0');
  expect(lines).toContain('δU_a = 0');
  expect(backwardEquations(odd)).toContain('δunused = 0');
});

test('the direct path of the memory, derived: a diagonal where it is proved to be one', () => {
  expect(directPaths(gru)).toEqual(['∂h_t/∂h_{t−1} = z_t   r, z, n held']);
  expect(directPaths(coupled)).toEqual(['∂c_t/∂c_{t−1} = f_t   h held']);
  expect(directPaths(rearranged)).toEqual(['∂c_t/∂c_{t−1} = f_t   h held']);
  expect(directPaths(peephole)).toEqual(['∂c_t/∂c_{t−1} = f_t   h, f, i held']);
  expect(directPaths(odd)[0]).toBe('∂h_t/∂h_{t−1} = 0   m, a held');
});

test('it is derived, not declared: a belt that is declared wrongly prints what is true', () => {
  const wrong = defineCell({
    name: 'wrong',
    params: { f: gate() },
    state: ['c'],
    step(p, { c }, x) {
      const f = sigmoid(affine(p.f, x, c.mul(0)));
      const next = f.mul(f).mul(c);
      return { state: { c: next }, out: next, taps: { f } };
    },
    belt: { state: 'c', keep: 'f', holding: ['f'] },
  });
  expect(directPaths(wrong)).toEqual(['∂c_t/∂c_{t−1} = f_t²   f held']);
  expect(directPaths(defineCell({ ...wrong, belt: undefined as never, step: wrong.step } as never))).toEqual([
    '∂c_t/∂c_{t−1} = f_t²   f held',
  ]);
});

test('a cell without a belt: each state on itself', () => {
  const plain = defineCell({
    name: 'plain',
    params: { h: gate() },
    state: ['h', 's'],
    step(p, { h, s }, x) {
      const hNext = tanh(affine(p.h, x, h));
      return { state: { h: hNext, s: s.mul(0.9).add(hNext) }, out: hNext };
    },
  });
  expect(directPaths(plain)).toEqual(['∂h_t/∂h_{t−1}: δ ↦ (δ ⊙ (1 − h_t²)) U_hᵀ', '∂s_t/∂s_{t−1} = 0.9']);
});

test('a number in every place is printed as the number, and what is repeated over the rows as itself', () => {
  expect(directPaths(residual)).toEqual(['∂h_t/∂h_{t−1} = 1 − s_t   s, g held']);
  expect(directPaths(diagonal)).toEqual(['∂h_t/∂h_{t−1} = exp(−exp(nu))']);
});

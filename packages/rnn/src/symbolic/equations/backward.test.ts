import { expect, test } from 'vitest';
import { affine } from '../../affine.ts';
import { defineCell } from '../../cell.ts';
import { gru } from '../../cells/gru.ts';
import { lstm } from '../../cells/lstm.ts';
import { gate } from '../../params.ts';
import { backwardEquations } from './backward.ts';

test('the backward pass of an LSTM in its own letters, with the belt as a line of its own', () => {
  expect(backwardEquations(lstm)).toEqual([
    "δo = δh' ⊙ tanh(c')",
    "Δc' = δc' + δh' ⊙ o ⊙ (1 − tanh(c') ⊙ tanh(c'))",
    "δi = Δc' ⊙ g",
    "δg = Δc' ⊙ i",
    "δf = Δc' ⊙ c",
    "δc = Δc' ⊙ f",
    'δh = (δg ⊙ (1 − g ⊙ g)) U_gᵀ + (δo ⊙ o ⊙ (1 − o)) U_oᵀ + (δi ⊙ i ⊙ (1 − i)) U_iᵀ + (δf ⊙ f ⊙ (1 − f)) U_fᵀ',
  ]);
});

test('a GRU: what is kept goes straight back', () => {
  expect(backwardEquations(gru).at(-1)).toMatch(/^δh = δh' ⊙ z \+ /);
});

test('a state that is added to passes its cotangent on', () => {
  const sums = defineCell({
    name: 'sums',
    params: { a: gate() },
    state: ['s'],
    step(p, { s }, x) {
      const next = s.add(affine(p.a, x, s.mul(0)));
      return { state: { s: next }, out: next };
    },
  });
  expect(backwardEquations(sums)).toEqual(["δs = δs' + δs' U_aᵀ ⊙ 0"]);
});

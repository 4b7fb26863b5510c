import { add, mul, sigmoid, tanh } from '@throughline/autograd';
import { affine, defineCell, type GateParams, gate, param } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { runClaim } from '../run.ts';
import claim, { beltClaim } from './07-cell-state-belt.ts';

const seeds = [1, 2, 3, 4, 5];

/** An LSTM whose gates read something else. */
function planted(name: string, reads: (p: GateParams, x: Tensor, h: Tensor, c: Tensor, v: Tensor) => Tensor) {
  return defineCell({
    name,
    params: { f: gate(), i: gate(), o: gate(), g: gate(), v: param('H') },
    state: ['h', 'c'],
    step(p, { h, c }, x) {
      const [f, i, o] = [p.f, p.i, p.o].map((own) => sigmoid(reads(own, x, h, c, p.v))) as [Tensor, Tensor, Tensor]; // as many
      const g = tanh(reads(p.g, x, h, c.mul(0), p.v));
      const next = add(mul(f, c), mul(i, g));
      const out = mul(o, tanh(next));
      return { state: { h: out, c: next }, out, taps: { f, i, o, g } };
    },
    belt: { state: 'c', keep: 'f', holding: ['h'] },
  });
}

describe('∂c_t/∂c_{t−1} ≈ f_t', () => {
  test('an LSTM: exact with h held, and not otherwise', async () => {
    const { verdict, because, judgement } = await runClaim(claim, { seeds, budget: 'test' });
    expect(verdict).toBe('holds only if');
    expect(because).toMatch(/^h_\{t−1\} is held constant/);
    expect(judgement.parts[0]?.holds).toBe(true);
    expect(judgement.parts[1]?.values).toHaveLength(5);
  });

  test('control: gates that read c refute it', async () => {
    const peephole = planted('peephole', (p, x, h, c, v) => affine(p, x, h).add(mul(v, c)));
    const { verdict } = await runClaim(beltClaim([{ name: 'peephole', cell: peephole }]), { seeds, budget: 'test' });
    expect(verdict).toBe('refuted');
  });

  test('control: of gates that read x alone it holds without a condition', async () => {
    const blind = planted('blind', (p, x, h) => affine(p, x, h.mul(0)));
    const { verdict } = await runClaim(beltClaim([{ name: 'blind', cell: blind }]), { seeds, budget: 'test' });
    expect(verdict).toBe('holds');
  });
});

import { describe, expect, test } from 'vitest';
import { plain } from '../check/terminal/style.ts';
import { add, affine, defineCell, gate, gru, lstm, matmul, param, type Tensor, tanh } from '../index.ts';
import { measureFlow } from './measure.ts';
import { printFlow } from './print.ts';

const settings = { steps: 8, inputs: 2, hidden: 3, batch: 2, seed: 5 };

describe('flow', () => {
  test('has a row for every state, tap, x and out, states first', () => {
    const { states, others } = measureFlow(lstm, settings);
    expect(states.map(({ line, norms }) => [line, norms.length])).toEqual([
      ['h', 9],
      ['c', 9],
    ]);
    expect(others.map(({ line }) => line).sort()).toEqual(['f', 'g', 'i', 'o', 'out', 'x']);
    for (const { norms } of others) expect(norms.length).toBe(8);
  });

  test('the rate of a linear cell is what its matrix multiplies by: h′ = ½ h + x W', () => {
    const half = defineCell({
      name: 'half',
      params: { W: param('IH') },
      state: ['h'],
      step(p, { h }, x) {
        const next = h.mul(0.5).add(matmul(x, p.W));
        return { state: { h: next }, out: next };
      },
    });
    const { states, others } = measureFlow(half, settings);
    expect(states[0]?.rate).toBeCloseTo(0.5, 12);
    expect(others.find(({ line }) => line === 'x')?.rate).toBeCloseTo(0.5, 12);
    expect(printFlow('half', settings, measureFlow(half, settings), plain)).toContain(
      'h: 3.9e-3 of the gradient at t = 8 is left at t = 0; it halves every 1.0 steps.',
    );
  });

  test('says in words what explodes, what is not reached and what is NaN', () => {
    const grown = (factor: number) =>
      defineCell({
        name: 'grown',
        params: { f: gate() },
        state: ['h', 'idle'],
        step(p, { h, idle }, x) {
          const next: Tensor = add(h.mul(factor), affine(p.f, x, h));
          return { state: { h: next, idle }, out: tanh(next.mul(0)).add(next) };
        },
      });
    const text = (factor: number, steps: number) =>
      printFlow('grown', { ...settings, steps }, measureFlow(grown(factor), { ...settings, steps }), plain);
    expect(text(1e5, 8)).toMatch(/\nh: the gradient at t = 0 is 1\.0e40 times that at t = 8\.\n/);
    expect(text(1e30, 8)).toContain('h: NaN. debugNonFinite names the op and the step that made it.');
    expect(text(1, 8)).toContain('idle: the loss does not reach it.');
  });

  test('one step, and one unit', () => {
    const one = { steps: 1, inputs: 1, hidden: 1, batch: 1, seed: 1 };
    const page = printFlow('gru', one, measureFlow(gru, one), plain);
    expect(page).toMatch(/^flow through gru · T 1 · H 1 · I 1 · B 1 · seed 1\n/);
  });
});

import { bind, customVjp, definePrimitive, matmul, mul, sigmoid, stopGradient, tanh } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { affine, defineCell, gate, param } from '../../index.ts';
import { check, claim } from '../index.ts';

/** c' = f ⊙ φ(c) + g, by some φ whose rule is not its derivative. */
const through = (name: string, phi: (c: Tensor) => Tensor) =>
  defineCell({
    name,
    params: { f: gate(), g: gate() },
    state: ['h', 'c'],
    step(p, { h, c }, x) {
      const f = sigmoid(affine(p.f, x, h));
      const g = tanh(affine(p.g, x, h));
      const next = mul(f, phi(c)).add(g);
      return { state: { h: tanh(next), c: next }, out: next, taps: { f, g } };
    },
  });

const lie = customVjp(
  (c: Tensor) => mul(c, c),
  (ct) => [ct],
);
/** A primitive of a user's own, about which nothing is known but its rule. */
const own = definePrimitive<Record<string, never>, 1>({
  name: 'claims test: doubles, it says',
  semantics: { kind: 'host' },
  infer: ([x]) => [x],
  eval: ([x]) => [mul(x, x).concrete('test')],
  pullbacks: [([ct]) => ct && mul(2, ct)],
});
const ownOp = (c: Tensor): Tensor => bind(own, [c], {})[0];

describe('no derivative is proved by a rule that need not be it', () => {
  test.each([
    ['stopGradient', stopGradient, claim`∂c[t]/∂c[t−1] | h = 0`],
    ['stopGradient, in part', (c: Tensor) => stopGradient(c).add(c), claim`∂c[t]/∂c[t−1] | h = diag(f[t])`],
    ['stopGradient, bounded', stopGradient, claim`‖∂c[t]/∂c[t−1] | h‖ ≤ 0`],
    ['customVjp', lie, claim`∂c[t]/∂c[t−1] | h = diag(f[t])`],
    ['customVjp, by the true derivative', lie, claim`∂c[t]/∂c[t−1] | h = diag(2*f[t]⊙c[t−1])`],
    ['a primitive of one’s own', ownOp, claim`∂c[t]/∂c[t−1] | h = diag(2*f[t])`],
  ])('%s', (name, phi, stated) => {
    const answer = check(through(name, phi), stated, { seeds: 2, T: 3 });
    expect([answer.verdict, answer.holds], String(answer)).toEqual(['inconclusive', false]);
    expect(answer.reason).toContain('reverse mode and differences disagree');
  });

  test('what does not pass there is proved as ever', () => {
    const cell = through('aside', stopGradient);
    expect(check(cell, claim`∂f[t]/∂x[t] = diag(f[t] ⊙ (1 − f[t])) · W_fᵀ`, { T: 3 }).verdict).not.toBe('refuted');
    expect(check(cell, claim`c[t] = f[t] ⊙ c[t−1] + g[t]`, { T: 3 }).verdict).toBe('proved');
    expect(check(cell, claim`dependsOn(c, c)`, { T: 3 }).verdict).toBe('proved');
    const bounded = defineCell({
      name: 'bounded',
      params: { f: { W: param('IH') } },
      state: ['c'],
      step(p, { c }, x) {
        const f = sigmoid(matmul(stopGradient(x), p.f.W));
        const next = f.mul(c);
        return { state: { c: next }, out: next, taps: { f } };
      },
    });
    expect(check(bounded, claim`∂c[t]/∂c[t−1] = diag(f[t])`, { T: 3 }).verdict).toBe('proved');
  });
});

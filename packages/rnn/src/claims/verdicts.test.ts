import { add, matmul, mul, sigmoid, sub, tanh } from '@throughline/autograd';
import { describe, expect, test } from 'vitest';
import { affine, defineCell, gate, gru, gruResetBefore, lstm, param, rnn, rnnRelu } from '../index.ts';
import { rearranged } from '../symbolic/testing/odd-cells.ts';
import { type Answer, type CheckOptions, type Claim, check, claim } from './index.ts';

/** Gates that see the memory itself. */
const peephole = defineCell({
  name: 'peephole',
  params: { f: gate(), g: gate(), v: param('H') },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h).add(mul(p.v, c)));
    const g = tanh(affine(p.g, x, h));
    const next = f.mul(c).add(sub(1, f).mul(g));
    return { state: { h: tanh(next), c: next }, out: next, taps: { f, g } };
  },
});

/** Two memories that exchange: unlike any cell that comes with the library. */
const exchange = defineCell({
  name: 'exchange',
  params: { k: gate(), a: param('H'), M: param('HH') },
  state: ['u', 'v'],
  step(p, { u, v }, x) {
    const k = sigmoid(affine(p.k, x, v));
    const uNext = add(mul(k, u), mul(sub(1, k), matmul(v, p.M)));
    const vNext = sub(mul(p.a, v), mul(mul(k, k), u));
    return { state: { u: uNext, v: vNext }, out: uNext, taps: { k } };
  },
});

type Row = readonly [cell: { readonly name: string }, claim: Claim, verdict: Answer['verdict'], options?: CheckOptions];

/** What is known of these cells by hand. */
const rows: readonly Row[] = [
  [lstm, claim`∂c[t]/∂c[t−1] | h = diag(f[t])`, 'proved'],
  [lstm, claim`∂c[t]/∂c[t−2] | h = diag(f[t] ⊙ f[t−1])`, 'proved'],
  [lstm, claim`∂c[T]/∂c[t] | h = diag(∏(s=t+1..T, f[s]))`, 'proved'],
  [lstm, claim`∂h[t]/∂c[t] = diag(o[t] ⊙ (1 − tanh(c[t])²))`, 'proved'],
  [lstm, claim`∂i[t]/∂x[t] = diag(i[t] ⊙ (1 − i[t])) · W_iᵀ`, 'proved'],
  [lstm, claim`¬dependsOn(f, c)`, 'proved'],
  [peephole, claim`dependsOn(f, c)`, 'proved'],
  [gru, claim`∂h[t]/∂h[t−1] | r, z, n = diag(z[t])`, 'proved'],
  [gruResetBefore, claim`∂n[t]/∂h[t−1] | r = diag(1 − n[t]²) · U_nᵀ · diag(r[t])`, 'proved'],
  [gru, claim`∂n[t]/∂h[t−1] | r = diag((1 − n[t]²) ⊙ r[t]) · U_nᵀ`, 'proved'],
  [rearranged, claim`∂c[t]/∂c[t−1] | h = diag(f[t])`, 'proved'],
  [exchange, claim`∂u[t]/∂u[t−1] | v = diag(k[t])`, 'proved'],
  [exchange, claim`∂v[t]/∂u[t−1] = −diag(k[t]²)`, 'proved'],
  [rnn, claim`∂h[t]/∂h[t−1] = diag(1 − h[t]²) · Uᵀ`, 'proved'],
  [rnn, claim`‖∂h[T]/∂h[t]‖ ≤ (σmax(U)·max|tanh′|)^(T−t)`, 'proved'],
  [lstm, claim`0 ≤ f[t] ≤ 1`, 'proved'],
  [rnn, claim`‖∂h[t]/∂h[t−1]‖ ≤ max(1 − h[t]²)·σmax(U)`, 'measured'],
  [rnnRelu, claim`‖∂h[t]/∂h[t−2]‖ ≤ σmax(U)²`, 'measured'],
  [gru, claim`|h[t]| < 1`, 'measured'],
  [lstm, claim`norm(∂c[T]/∂c[t] | h) = max(prod(s=t+1..T, f[s]))`, 'measured'],
  [lstm, claim`∂c[t]/∂c[t−1] = diag(f[t])`, 'refuted'],
  [rnn, claim`‖∂h[T]/∂h[t]‖ ≤ ρ(U)^(T−t)`, 'refuted'],
  [gru, claim`∂h[t]/∂h[t−1] = diag(z[t])`, 'refuted'],
  [lstm, claim`¬dependsOn(f, h)`, 'refuted'],
  [gru, claim`0 ≤ z[t] ≤ 1`, 'proved'],
];

/** Each is one letter, one step or one factor away from something true. */
const subtle: readonly (readonly [...Row, string])[] = [
  [lstm, claim`∂c[t]/∂c[t−1] | o = diag(f[t])`, 'refuted', {}, 'holds the wrong line'],
  [lstm, claim`∂c[t]/∂c[t−1] | h = diag(f[t−1])`, 'refuted', {}, 'a step late'],
  [lstm, claim`∂c[t]/∂c[t−1] | h = diag(i[t])`, 'refuted', {}, 'i for f'],
  [rnn, claim`∂h[t]/∂h[t−1] = diag(1 − h[t]²) · U`, 'refuted', {}, 'no transpose'],
  [rnn, claim`‖∂h[t]/∂h[t]‖ < 1`, 'refuted', {}, 'strict where equality occurs'],
  [rnn, claim`‖∂h[t]/∂h[t−1]‖ ≤ sum(1 − h[t]²)/4·σmax(U)`, 'refuted', { dims: { H: 4 } }, 'mean for max'],
  [gru, claim`∂h[t]/∂h[t−1] | r, z, n = diag(1 − z[t])`, 'refuted', {}, 'the other convention of z'],
  [gruResetBefore, claim`∂n[t]/∂h[t−1] | r = diag((1 − n[t]²) ⊙ r[t]) · U_nᵀ`, 'refuted', {}, 'the other reset'],
  [lstm, claim`∂c[T]/∂c[t] | h = diag(∏(s=t+1..T−1, f[s]))`, 'refuted', {}, 'a factor short'],
  [rnn, claim`‖∂h[t]/∂h[t−2]‖ ≤ σmax(U)`, 'refuted', {}, 'no square'],
  [rnn, claim`∂h[t]/∂h[t−1] = diag(1 − h[t]) · Uᵀ`, 'refuted', {}, 'h for h²'],
  [lstm, claim`∂h[t]/∂c[t] = diag(o[t] ⊙ (1 − h[t]²))`, 'refuted', {}, 'h for tanh c'],
  [lstm, claim`∂c[t]/∂c[t−1] | h = diag(${1 + 1e-7} * f[t])`, 'refuted', {}, 'off by 1e-7'],
  [exchange, claim`∂v[t]/∂u[t−1] = diag(k[t]²)`, 'refuted', {}, 'the sign'],
  [peephole, claim`∂c[t]/∂c[t−1] | h = diag(f[t])`, 'refuted', {}, 'a peephole'],
];

const answers = new Map<Claim, Answer>();
function answerTo([cell, claim_, , options]: Row | (typeof subtle)[number]): Answer {
  const known = answers.get(claim_) ?? check(cell as typeof lstm, claim_, options); // cells of several types
  answers.set(claim_, known);
  return known;
}

describe('claims about cells', () => {
  test.each(rows.map((row) => [row[0].name, String(row[1]), row[2], row] as const))(
    '%s: %s is %s',
    (_, __, verdict, row) => {
      const answer = answerTo(row);
      expect(answer.verdict, String(answer)).toBe(verdict);
      expect(answer.holds).toBe(verdict !== 'refuted');
    },
  );

  test.each(subtle.map((row) => [row[4], row[0].name, String(row[1]), row] as const))(
    '%s: %s: %s is refuted',
    (_, __, ___, row) => {
      const answer = answerTo(row);
      expect(answer.verdict, String(answer)).toBe('refuted');
      const worst = answer.measurement?.worst;
      expect(worst?.times).toMatch(/^\w+ = \d+(, T = \d+)?$/);
      if (!String(row[1]).includes('<')) expect(worst?.left).not.toBe(worst?.right);
      expect(answer.reason).toContain(worst?.times);
    },
  );

  test('the table', () => {
    const all = [...rows, ...subtle].map((row) => ({
      cell: row[0].name,
      claim: String(row[1]),
      verdict: answerTo(row).verdict,
    }));
    const width = Math.max(...all.map(({ claim: text }) => [...text].length));
    const lines = all.map(
      ({ cell, claim: text, verdict }) =>
        `${cell.padEnd(15)} ${text}${' '.repeat(width - [...text].length)}  ${verdict}`,
    );
    expect(lines.length).toBeGreaterThanOrEqual(30);
    const count = (verdict: string): number =>
      all.slice(0, rows.length).filter((one) => one.verdict === verdict).length;
    expect([count('proved'), count('measured'), count('refuted')]).toEqual([17, 4, 4]);
    if (process.env.SHOW_CLAIMS !== undefined) process.stdout.write(`${lines.join('\n')}\n`);
  });
});

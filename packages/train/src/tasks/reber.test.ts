import { key, oneHot } from '@throughline/autograd';
import { describe, expect, it } from 'vitest';
import { reberTask } from '../index.ts';

/** The inner grammar as an expression: what comes after its fourth node, and the two ways there. */
const after = '(XT*VP)*(S|XT*VV)';
const inner = `B(TS*X${after}|PT*V(V|P${after}))E`;
const whole = new RegExp(`^B(T${inner}T|P${inner}P)E$`);

const T = 24;
const B = 4000;
const batch = reberTask({ T }).batch(key(5), B);
const [inputs, targets, weights] = [batch.inputs, batch.targets, batch.weights].map((x) =>
  x?.transpose().toArray(),
) as [number[][], number[][], boolean[][]]; // two axes each
const strings = targets.map((ys, b) =>
  [inputs[b]?.[0] ?? 0, ...ys.filter((_, t) => weights[b]?.[t])].map((id) => 'BTPSXVE'[id]).join(''),
);
const complete = strings.filter((text) => text.length <= T);

describe('the embedded Reber grammar', () => {
  it('gives its own strings, and no others', () => {
    expect(complete.length).toBeGreaterThan(0.97 * B);
    for (const text of complete) expect(text).toMatch(whole);
    // The expression can say no: another closing symbol, or a string of the inner grammar alone.
    expect('BTBTXSETE').toMatch(whole);
    expect('BTBTXSEPE').not.toMatch(whole);
    expect('BTXSE').not.toMatch(whole);
    expect(inputs.every((xs, b) => xs.slice(1).every((x, t) => !weights[b]?.[t] || x === targets[b]?.[t]))).toBe(true);
  });

  it('has the cost of the best guess from one symbol, by counting pairs', () => {
    const pairs = new Map<string, number>();
    for (const text of strings)
      for (let i = 1; i < text.length; i++)
        pairs.set(text.slice(i - 1, i + 1), (pairs.get(text.slice(i - 1, i + 1)) ?? 0) + 1);
    const total = [...pairs.values()].reduce((a, b) => a + b, 0);
    let cost = 0;
    for (const [pair, n] of pairs) {
      const same = [...pairs].filter(([other]) => other[0] === pair[0]).reduce((sum, [, m]) => sum + m, 0);
      cost -= (n / total) * Math.log(n / same);
    }
    expect(Math.abs(cost / reberTask({ T }).baseline.value - 1)).toBeLessThan(0.02);
  });

  it('has the least possible cost, by the probabilities of whole strings', () => {
    // All prefixes of 1 + 9 symbols with their probabilities, from the expression alone: a symbol is possible after a prefix
    // when some string goes on so; two possible ones are as likely as each other.
    const short = 9;
    const goesOn = (prefix: string): string[] => [...'BTPSXVE'].filter((one) => canGoOn(prefix + one));
    let [choices, counted] = [0, 0];
    let level = new Map([['B', 1]]);
    for (let t = 0; t < short; t++) {
      const next = new Map<string, number>();
      for (const [prefix, p] of level) {
        const ways = goesOn(prefix);
        if (ways.length === 0) continue;
        counted += p;
        choices += p * Math.log(ways.length);
        for (const one of ways) next.set(prefix + one, p / ways.length);
      }
      level = next;
    }
    expect(reberTask({ T: short }).others[0]?.value).toBeCloseTo(choices / counted, 12);
    expect(reberTask({ T: short + 1 }).others[0]?.value).not.toBeCloseTo(choices / counted, 4);
  });

  it('counts closing symbols only', () => {
    const task = reberTask({ T });
    const sure = oneHot(batch.targets, 7);
    expect(task.success.of(sure, batch).item()).toBe(1);
    // Always T where a string closes: right for half of them.
    const always = batch.targets.mul(0).add(1);
    expect(task.success.of(oneHot(always, 7), batch).item()).toBeCloseTo(0.5, 1);
  });
});

/** Whether some string of the grammar begins so: endings that close every open part are tried. */
function canGoOn(prefix: string): boolean {
  const endings = ['', 'S', 'XS', 'V', 'VV', 'XVV', 'TXS', 'PVV', 'BTXS', 'BPVV', 'TBTXS', 'PBPVV'];
  const closings = ['', 'E', 'TE', 'PE', 'ETE', 'EPE'];
  return endings.some((ending) => closings.some((closing) => whole.test(prefix + ending + closing)));
}

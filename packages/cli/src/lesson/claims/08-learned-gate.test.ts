import { sigmoid, tanh } from '@throughline/autograd';
import { affine, defineCell, gate } from '@throughline/rnn';
import { expect, test } from 'vitest';
import { measureHolding } from '../gates/held-gates.ts';
import { workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import claim, { type HoldingMeasured } from './08-learned-gate.ts';

const work = workFor('test', { aborted: false }, () => undefined);
const tiny = await Promise.all([1, 2, 3, 4, 5].map((seed) => claim.measure(seed, work)));

/** The same measurements with other numbers in them. */
const planted = (numbers: (one: HoldingMeasured) => Partial<HoldingMeasured['after']>) =>
  tiny.map((all) => all.map((one) => ({ ...one, after: { ...one.after, ...numbers(one) } })));
const verdictOf = (measured: readonly (readonly HoldingMeasured[])[]) =>
  conclude(claim.judge(measured), measured.length);

const learned = ({ memory }: HoldingMeasured) => ({ unexplained: 0.01, reach: memory ? 1 : 1e-4 });

test('nets that were hardly trained tell nothing', () => {
  expect(verdictOf(tiny).verdict).toBe('inconclusive');
});

test('an open gate that closes: it holds; open from one start alone: only then; neither: refuted', () => {
  const open = planted((one) => ({ ...learned(one), beltTime: 100, keep: 0.99, keepAtSet: 0.2 }));
  expect(verdictOf(open)).toEqual({ verdict: 'holds', because: '' });
  const one = planted((job) => ({
    ...learned(job),
    beltTime: job.start === 'chrono' ? 100 : 1,
    keep: 0.9,
    keepAtSet: 0.2,
  }));
  expect(verdictOf(one).because).toMatch(/^the gate starts there \(chrono\)/);
  const none = planted((job) => ({ ...learned(job), beltTime: 1, keep: 0.5, keepAtSet: 0.5 }));
  expect(verdictOf(none).verdict).toBe('refuted');
});

test('a gradient that reaches back where nothing is to be remembered is noticed', () => {
  const leaky = planted(() => ({ unexplained: 0.01, reach: 1 }));
  expect(verdictOf(leaky).because).toMatch(/the gradient reaches the mark/);
});

test('control: of a cell without a forget gate, nothing closes', async () => {
  const constant = defineCell({
    name: 'constant',
    params: { i: gate(), o: gate(), g: gate() },
    state: ['h', 'c'],
    step(p, { h, c }, x) {
      const next = c.add(sigmoid(affine(p.i, x, h)).mul(tanh(affine(p.g, x, h))));
      const out = sigmoid(affine(p.o, x, h)).mul(tanh(next));
      return { state: { h: out, c: next }, out, taps: { f: c.mul(0).add(1) } };
    },
  });
  const job = { cell: constant, lag: 4, memory: true, values: 'signs', H: 2, steps: 1, batch: 2, seed: 1 } as const;
  const { after } = await measureHolding(job, work, [0, 1]);
  expect([after.keep, after.keepAtSet]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
  expect(after.beltTime).toBeGreaterThan(1e12);
});

import { trace } from '@throughline/autograd';
import { associativeScan, linearRecurrence } from '@throughline/autograd/control';
import { type Tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { longestChain } from '../counting/chain.ts';
import { exponentOf } from '../counting/exponent.ts';
import { workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import { type CeilingsMeasured, ceilingsClaim, timedNets } from './11-two-ceilings.ts';

const work = workFor('test', { aborted: false }, () => undefined);
const five = <M>(one: M): M[] => [one, one, one, one, one];
const claim = ceilingsClaim(timedNets);
const tiny = await claim.measure(1, work);
const verdictOf = (planted: Partial<CeilingsMeasured>) => {
  const lengths = [64, 256];
  const chains = tiny.chains.map((net) => ({ ...net, chain: net.recurrent ? [640, 2560] : [30, 36] }));
  const one: CeilingsMeasured = { states: [8, 16], left: [0.5, 0.01], attention: 0.01, lengths, chains, ...planted };
  return conclude(claim.judge(five(one)), 5).verdict;
};

test('a state that loses and steps that wait: holds; that loses nothing and need not wait: refuted', () => {
  expect(verdictOf({})).toBe('holds');
  const parallel = tiny.chains.map((net) => ({ ...net, chain: [30, 36] }));
  expect(verdictOf({ chains: parallel })).toBe('holds only if');
});

test('controls: below the bound, or a net that learned nothing, tells nothing', () => {
  expect(verdictOf({ left: [0.2, 0.01] })).toBe('inconclusive');
  expect(verdictOf({ left: [0.9, 0.9] })).toBe('inconclusive');
  expect(verdictOf({ attention: 0.6 })).toBe('inconclusive');
});

test('chains as they are: the LSTM waits, minGRU and attention do not', () => {
  const { lengths, chains } = tiny;
  const exponents = Object.fromEntries(chains.map(({ name, chain }) => [name, exponentOf(lengths, chain)]));
  expect(exponents.LSTM).toBeCloseTo(1, 6);
  expect(exponents.minGRU).toBeLessThan(0.5);
  expect(exponents.attention).toBeLessThan(0.5);
});

test('a linear recurrence counted as a tree is no shorter than the scan that computes it', () => {
  const both = (T: number) => {
    const [a, b] = [zeros([T, 2]), zeros([T, 2])];
    const tree = trace(
      (x: Tensor, y: Tensor) =>
        associativeScan((p, q) => ({ a: p.a.mul(q.a), b: q.a.mul(p.b).add(q.b) }), { a: x, b: y }).b,
      a,
      b,
    );
    const steps = trace((x: Tensor, y: Tensor) => linearRecurrence(x, y), a, b);
    return [longestChain(tree), longestChain(steps, { recurrences: 'tree' }), longestChain(steps)];
  };
  for (const T of [8, 64, 256]) {
    const [scanned = 0, counted = 0, one = 0] = both(T);
    expect(scanned).toBeLessThanOrEqual(counted);
    expect(counted).toBe(4 * Math.log2(T));
    expect(one).toBe(2 * T);
  }
});

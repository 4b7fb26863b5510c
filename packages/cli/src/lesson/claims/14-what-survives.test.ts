import { key } from '@throughline/autograd';
import { lstm, rnn } from '@throughline/rnn';
import { rgLru, s4d } from '@throughline/rnn/cells';
import { tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { dynamicsOf, scaled } from '../dynamics/step-spectra.ts';
import { workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import { type Candidate, survivorsClaim } from './14-what-survives.ts';

const work = workFor('test', { aborted: false }, () => undefined);
const five = <M>(one: M): M[] => [one, one, one, one, one];
const plain: Candidate = { name: 'RNN', survives: false, cell: rnn, dims: { H: 6 } };
const gated: Candidate = { name: 'LSTM', survives: false, cell: lstm, dims: { H: 4 } };
const linear: Candidate = { name: 'RG-LRU', survives: true, cell: rgLru, dims: { H: 4 } };
const verdictOf = async (among: readonly Candidate[]) => {
  const claim = survivorsClaim(among);
  return conclude(claim.judge(five(await claim.measure(3, work))), 5);
};

test('a gated linear recurrence beside RNN and LSTM: it holds', async () => {
  expect(await verdictOf([plain, gated, linear])).toEqual({ verdict: 'holds', because: '' });
});

test('control: an RNN that is passed off as a survivor is refuted, and makes it conditional beside another', async () => {
  const posing = { ...plain, name: 'posing', survives: true };
  const claim = survivorsClaim([plain, gated, posing]);
  const measured = await claim.measure(3, work);
  expect(
    claim
      .judge(five(measured))
      .parts.slice(0, 2)
      .map(({ holds }) => holds),
  ).toEqual([false, false]);
  const forgets = measured.map((one) =>
    one.survives ? { ...one, start: { ...one.start, exponent: -9 }, trained: { ...one.trained, exponent: -9 } } : one,
  );
  expect(conclude(claim.judge(five(forgets)), 5).verdict).toBe('refuted');
  expect((await verdictOf([plain, gated, linear, posing])).because).toMatch(
    /no change of the state ever grows \(posing\)/,
  );
  expect((await verdictOf([linear])).verdict).toBe('inconclusive');
});

test('numbers of a net whose dynamics are known', () => {
  // h′ = h U with U = r · rotation, at h = 0 and without inputs: all singular values r, λ = ln r.
  const U = tensor([
    [0, 0.5],
    [-0.5, 0],
  ]);
  const still = { h: { W: tensor([[0, 0]]), U, b: tensor([0, 0]) } };
  const { singular, radius, nonNormal, growth, exponent } = dynamicsOf(rnn, still, 1, 12, 1);
  for (const value of [...singular, radius, growth]) expect(value).toBeCloseTo(0.5, 12);
  expect(nonNormal).toBeCloseTo(1, 12);
  expect(exponent).toBeCloseTo(Math.log(0.5), 6);
  const state = scaled(s4d.init(key(1), { I: 2, H: 2, N: 2 }), 4);
  expect(dynamicsOf(s4d, state, 2, 6, 1).growth).toBeLessThanOrEqual(1);
});

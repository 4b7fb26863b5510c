import { expect, test } from 'vitest';
import { workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import claim from './00-unrolling.ts';

const measured = await Promise.all(
  [1, 2, 3, 4, 5].map((seed) =>
    claim.measure(
      seed,
      workFor('test', { aborted: false }, () => undefined),
    ),
  ),
);

test('it holds, and one wrong copy is noticed', () => {
  expect(conclude(claim.judge(measured), 5).verdict).toBe('holds');
  // A copy that is left out, on one seed only.
  const wrong = measured.map((one, i) => (i === 3 ? { ...one, rnn: { ...one.rnn, sum: one.rnn.withoutOne } } : one));
  expect(conclude(claim.judge(wrong), 5).verdict).toBe('holds only if');
  const both = wrong.map((one) => ({ ...one, lstm: { ...one.lstm, forward: 1e-16 } }));
  expect(conclude(claim.judge(both), 5).verdict).toBe('refuted');
  const blind = measured.map((one) => ({ ...one, lstm: { ...one.lstm, withoutOne: 1e-16 } }));
  expect(conclude(claim.judge(blind), 5).verdict).toBe('inconclusive');
});

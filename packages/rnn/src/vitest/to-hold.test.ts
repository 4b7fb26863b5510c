import { key, normal } from '@throughline/autograd';
import { expect, test } from 'vitest';
import { claim } from '../claims/index.ts';
import { lstm, rnn, unroll } from '../index.ts';
import { claimMatchers } from './index.ts';

expect.extend(claimMatchers);

const belt = claim`∂c[t]/∂c[t−1] | h = diag(f[t])`;

test('cells and runs hold claims, or do not', () => {
  expect(lstm).toHold(belt, { seeds: 1 });
  expect(lstm).not.toHold(claim`∂c[t]/∂c[t−1] = diag(f[t])`, { seeds: 1 });
  const run = unroll(lstm, lstm.init(key(1), { I: 2, H: 3 }), normal(key(2), [4, 2, 2]));
  expect(run).toHold(belt);
  expect(run).not.toHold(claim`∂c[t]/∂c[t−1] | h = diag(i[t])`);
});

test('a failure says where', () => {
  expect(() => expect(lstm).toHold(claim`c[t] = c[t−1]`, { seeds: 1, T: 2 })).toThrow(
    /^expected the claim to hold\n✗ refuted {2}lstm: c\[t\] = c\[t−1\]\n {2}at t = \d, row \d, unit \d: \S+ is not = \S+ \(seed 1, /,
  );
  expect(() => expect(lstm).not.toHold(belt, { seeds: 1 })).toThrow(
    /^expected the claim not to hold\n✓ proved {2}lstm/,
  );
});

test('an inconclusive answer is neither', () => {
  const vacuous = claim`0 * h[t] = 0 * h[t−1]`;
  expect(() => expect(rnn).toHold(vacuous, { prove: false, seeds: 1 })).toThrow(/inconclusive/);
  expect(() => expect(rnn).not.toHold(vacuous, { prove: false, seeds: 1 })).toThrow(/inconclusive/);
});

test('only cells and runs can be asked', () => {
  expect(() => expect(42).toHold(belt)).toThrow('toHold: expect takes a cell or a run here, got number.');
});

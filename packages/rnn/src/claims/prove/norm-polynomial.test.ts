import { expect, test } from 'vitest';
import { rnn } from '../../index.ts';
import { check, claim } from '../index.ts';
import { addBounds, constantBound, isBelow, multiplyBounds, normOf } from './norm-polynomial.ts';

test('what was found is rounded up and what is claimed down: a bound that is too small by one bit is not proved', () => {
  const less = 1 - Number.EPSILON / 2;
  const claimed = multiplyBounds(constantBound(less), normOf('U'), -1);
  expect(isBelow(normOf('U'), claimed)).toBe(false);
  expect(isBelow(normOf('U'), multiplyBounds(constantBound(1), normOf('U'), -1))).toBe(true);
  const sum = (rounding: 1 | -1) => addBounds(constantBound(0.1), constantBound(0.2), rounding).get('') ?? 0;
  expect(sum(-1)).toBeLessThan(sum(1));
  const quarter = multiplyBounds(constantBound(0.25), constantBound(0.5));
  expect(quarter.get('')).toBe(0.125);
  expect(check(rnn, claim`‖∂h[t]/∂h[t−1]‖ ≤ ${less}*σmax(U)`, { seeds: 1, T: 2 }).verdict).not.toBe('proved');
  expect(check(rnn, claim`‖∂h[T]/∂h[t]‖ ≤ (${less}*σmax(U))^(T−t)`, { seeds: 1, T: 2 }).verdict).not.toBe('proved');
  expect(check(rnn, claim`‖∂h[t]/∂h[t−1]‖ ≤ 1.5*σmax(U)`, { seeds: 1, T: 2 }).verdict).toBe('proved');
});

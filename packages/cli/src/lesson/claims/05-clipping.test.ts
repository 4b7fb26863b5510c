import { expect, test } from 'vitest';
import { committed, says } from '../testing/committed.ts';
import claim from './05-clipping.ts';

const measured = committed(claim);

test('a clipping that did not help, or helped too much, would be said', () => {
  expect(says(claim, measured)).toMatchObject({ verdict: 'holds', parts: [true, true, true, true] });
  const useless = measured.map((one) => ({ ...one, clipped: one.free }));
  expect(says(claim, useless)).toMatchObject({ verdict: 'holds only if', parts: [false, true, true, true] });
  const wonder = measured.map((one) => ({ ...one, farClipped: one.near }));
  expect(says(claim, wonder).parts[1]).toBe(false);
  const turned = measured.map((one) => ({ ...one, turnedByNorm: one.turnedByValue, after: one.before.toReversed() }));
  expect(says(claim, turned).parts.slice(2)).toEqual([false, false]);
  const calm = measured.map((one) => ({ ...one, free: one.clipped }));
  expect(says(claim, calm).verdict).toBe('inconclusive');
});

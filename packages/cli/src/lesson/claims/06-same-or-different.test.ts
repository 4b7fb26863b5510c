import { expect, test } from 'vitest';
import { committed, says } from '../testing/committed.ts';
import claim from './06-same-or-different.ts';

const measured = committed(claim);

test('what is said follows from how nets spread, and from what they do on average', () => {
  expect(says(claim, measured)).toMatchObject({ verdict: 'holds only if', parts: [true, false, true, true] });
  const alike = measured.map((one) => ({ ...one, same: { ...one.different, last: one.same.last } }));
  expect(says(claim, alike).parts[2]).toBe(false);
  const wild = measured.map((one) => ({ ...one, different: { ...one.same, mean: one.different.mean } }));
  expect(says(claim, wild).parts[3]).toBe(false);
  // Different ones that neither shrink at 0.8 nor grow at 1.25.
  const kept = (log: number) =>
    measured.map((one) => ({ ...one, different: { ...one.different, last: one.different.last.map(() => log) } }));
  expect(says(claim, kept(30)).parts[1]).toBe(true);
  expect(says(claim, kept(30)).verdict).toBe('holds');
  expect(says(claim, kept(-1)).parts[1]).toBe(false);
  const off = measured.map((one) => ({ ...one, theory: { ...one.theory, mean: 0 } }));
  expect(says(claim, off).verdict).toBe('inconclusive');
});

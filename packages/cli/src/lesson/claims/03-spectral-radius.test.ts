import { expect, test } from 'vitest';
import { committed, says } from '../testing/committed.ts';
import claim from './03-spectral-radius.ts';

const measured = committed(claim);

test('the trained tanh net vanishes at ρ = 1.19; one without tanh would explode', () => {
  expect(says(claim, measured)).toMatchObject({ verdict: 'holds only if', parts: [true, true, true, true, false] });
  const linear = measured.map((one) => ({ ...one, trained: one.withoutTanh }));
  expect(says(claim, linear)).toMatchObject({ verdict: 'holds', parts: [true, true, true, true, true] });
  const swapped = measured.map((one) => ({
    ...one,
    linear: one.linear.map((fate) => ({ ...fate, norms: one.fresh.norms })),
  }));
  expect(says(claim, swapped).parts).toEqual([true, true, false, true, false]);
  const off = measured.map((one, i) => (i === 4 ? { ...one, linear: one.linear.toReversed() } : one));
  expect(says(claim, off).parts[0]).toBe(false);
  const other = measured.map((one) => ({ ...one, trained: { ...one.trained, radius: 0.9 } }));
  expect(says(claim, other).verdict).toBe('inconclusive');
});

import { expect, test } from 'vitest';
import { committed, says } from '../testing/committed.ts';
import claim from './02-product.ts';

const measured = committed(claim);

test('the exact product holds, the printed transpose does not, and other numbers give other verdicts', () => {
  expect(says(claim, measured)).toMatchObject({ verdict: 'holds only if', parts: [true, true, false, true, false] });
  const rough = measured.map((one) => ({ ...one, approximation: one.nearlyLinear }));
  expect(says(claim, rough)).toMatchObject({
    verdict: 'holds only if',
    because: 'a step is written W·diag(tanh′) for columns, diag(tanh′)·Uᵀ for rows, without the printed transpose',
  });
  // All parts hold then; but of two ways to write one Jacobian one must be wrong.
  const both = rough.map((one) => ({ ...one, theirs: { ...one.theirs, transposeThenSlope: 0 } }));
  expect(says(claim, both).because).toContain('exactly one way to write a step is right');
  const off = measured.map((one, i) => (i === 2 ? { ...one, exact: 1e-9 } : one));
  expect(says(claim, off).parts[1]).toBe(false);
  const rule = measured.map((one) => ({ ...one, differences: 0.01 }));
  expect(says(claim, rule).verdict).toBe('inconclusive');
});

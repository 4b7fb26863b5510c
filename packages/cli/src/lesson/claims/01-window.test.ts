import { expect, test } from 'vitest';
import { committed, says } from '../testing/committed.ts';
import claim from './01-window.ts';

const measured = committed(claim);

test('a window that saw further, or a dense net that transferred, would be said', () => {
  expect(says(claim, measured)).toMatchObject({ verdict: 'holds', parts: [true, true, true, true, true] });
  const wide = measured.map((one) => ({ ...one, windowed: one.recurrent }));
  expect(says(claim, wide).parts[0]).toBe(false);
  const moved = measured.map((one) => ({ ...one, moved: { ...one.moved, dense: { ...one.moved.convolution } } }));
  expect(says(claim, moved)).toMatchObject({ verdict: 'holds only if', parts: [true, false, true, true, true] });
  const stuck = measured.map((one) => ({ ...one, moved: { ...one.moved, recurrence: one.moved.dense } }));
  expect(says(claim, stuck)).toMatchObject({ verdict: 'holds only if', parts: [true, true, true, false, false] });
  // Who learned nothing cannot be said to have lost it elsewhere.
  const unlearned = measured.map((one) => ({
    ...one,
    moved: { ...one.moved, dense: { ...one.moved.dense, near: 0.5 } },
  }));
  expect(says(claim, unlearned).verdict).toBe('inconclusive');
});

import { expect, test } from 'vitest';
import { expectedBits, trainedBits } from './same-bits.ts';

test.each(['float64', 'float32'] as const)('training in %s gives the bits it always gave', async (dtype) => {
  expect(await trainedBits(dtype)).toBe(expectedBits[dtype]);
});

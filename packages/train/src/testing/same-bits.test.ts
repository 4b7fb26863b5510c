import { expect, test } from 'vitest';
import { expectedBits, trainedBits, ways } from './same-bits.ts';

test.each(ways)('training in %s, compiled: %s, gives the bits it always gave', async (dtype, compiled) => {
  expect(await trainedBits(dtype, compiled)).toBe(expectedBits[`${dtype} ${compiled}`]);
});

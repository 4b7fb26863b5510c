import { afterAll, expect, test } from 'vitest';
import { startThreads, stopThreads } from '../threads/index.ts';
import { expectedBits, trainedBits } from './same-bits.ts';

afterAll(stopThreads);

test.each([
  ['strict', 'float32', 1],
  ['strict', 'float64', 1],
  ['default', 'float32', 1],
  ['default', 'float64', 1],
  ['strict', 'float32', 2],
  ['strict', 'float64', 2],
  ['default', 'float32', 2],
  ['default', 'float64', 2],
  ['default', 'float32', 3],
] as const)('500 steps, %s, %s, on %d threads, give the weights they always gave', async (mode, dtype, threads) => {
  await startThreads(threads);
  expect(await trainedBits(mode, dtype)).toBe(expectedBits[mode][dtype]);
});

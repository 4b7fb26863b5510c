import { expect, test } from 'vitest';
import { run } from './main.ts';

test('it learns more than frequencies, and the same seed writes the same text', { timeout: 60_000 }, async () => {
  const first = await run({ steps: 60 });
  expect(first.bits).toBeLessThan(first.unigram - 1);
  expect(first.text).toMatch(/^She .{80}$/);
  expect(await run({ steps: 60 })).toEqual(first);
});

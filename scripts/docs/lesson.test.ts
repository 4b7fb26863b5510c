import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordOf } from '../../packages/cli/src/lesson/record.ts';
import { lessonClaims } from '../../packages/cli/src/lesson/registry.ts';
import { figureName, missing } from '../../packages/cli/src/lesson/table.ts';
import { root } from '../files.ts';
import { committed, pageWith, results } from './lesson.ts';

test('every claim of the lesson was measured, on five seeds or more, and nothing else was', async () => {
  expect(missing(await lessonClaims(), committed())).toEqual({ unmeasured: [], unknown: [] });
  for (const { seeds, measured } of committed()) {
    expect(seeds.length).toBeGreaterThanOrEqual(5);
    expect(measured.length).toBe(seeds.length);
  }
});

// The verdict is never typed in: it follows from the numbers by what the claim's file says today.
test('the committed verdicts and numbers follow from the committed measurements', async () => {
  const records = committed();
  const again = (await results()).map(recordOf);
  expect(again).toEqual(records.map((record, i) => ({ ...record, command: again[i]?.command })));
});

test('docs/claims.md has the table that the measurements give, and a figure for every row', async () => {
  const all = await results();
  const { now, wanted } = pageWith(all);
  expect(now, 'run npm run lesson:table').toBe(wanted);
  for (const { claim } of all)
    expect(existsSync(join(root, 'docs/figures/lesson', figureName(claim.number)))).toBe(true);
});

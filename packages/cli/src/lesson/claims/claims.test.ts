import { toSvg } from '@throughline/plot';
import { describe, expect, test } from 'vitest';
import { readRecord, recordOf, writeRecord } from '../record.ts';
import { lessonClaims } from '../registry.ts';
import { runClaim } from '../run.ts';

const claims = await lessonClaims();

test('claims are numbered in order', () => {
  const numbers = claims.map(({ number }) => number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(numbers.length);
});

// Tiny sizes: whether a verdict is right is for the full ones, and for each claim's own test.
describe.each(claims.map((claim) => [claim.number, claim] as const))('claim %d', (_, claim) => {
  test('runs to the end in tiny sizes, and can be written down, judged again and drawn', {
    timeout: 120_000,
  }, async () => {
    const seeds = [1];
    const result = await runClaim(claim, { seeds, budget: 'test' });
    expect(result.stopped).toBe(false);
    const { parts, oracles, charts, readings = [] } = result.judgement;
    expect(parts.length).toBeGreaterThan(0);
    expect(oracles.length).toBeGreaterThan(0);
    for (const { values, what } of [...parts, ...readings]) expect(values.length, what).toBe(seeds.length);
    expect(readRecord(writeRecord(recordOf(result)))).toEqual(recordOf(result));
    expect(charts.length).toBeGreaterThan(0);
    for (const chart of charts) expect(await toSvg(chart)).toMatch(/^<svg/);
  });
});

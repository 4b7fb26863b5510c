import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { samples } from '@throughline/autograd/testing';
import { describe, expect, test } from 'vitest';
import { root } from '../files.ts';
import { line, measure, page } from './derivatives.ts';

// The registry's test holds the samples to be those of every primitive. All cells are measured again: 30 s on two cores.
const text = readFileSync(join(root, page), 'utf8');
const reasons = [...text.matchAll(/^[⁰¹²³⁴-⁹]+ (.*)\.(?: {2})?$/gm)].map(([, reason = '']) => reason);
const [, float64 = '', float32 = ''] = text.split(/^## float\d\d$/m);
const lines = (part: string): Map<string, string> =>
  new Map([...part.matchAll(/^\| `(\w+)` .*$/gm)].map(([all, name = '']) => [name, all]));

test('docs/derivatives.md has a row for every primitive, in both tables, and no other (run `npm run table`)', () => {
  expect([...lines(float64).keys()]).toEqual(Object.keys(samples));
  expect([...lines(float32).keys()]).toEqual(Object.keys(samples));
});

/** A row without its numbers, and its numbers. */
const outline = (row = ''): string => row.replaceAll(/✓ \d\S*/g, '✓ error');
const numbers = (row = ''): number[] =>
  [...row.matchAll(/✓ (\d\S*)/g)].map(([, digits = '']) => Number(digits.replace('−', '-')));

describe('every cell of the page is as measured, its number at least a tenth of what is measured', () => {
  test.each(Object.keys(samples))('%s', { timeout: 120_000 }, (name) => {
    const row = measure(name);
    for (const [dtype, part] of [
      ['float64', float64],
      ['float32', float32],
    ] as const) {
      const [stands, measured] = [lines(part).get(name), line(row, dtype, reasons)];
      expect(outline(stands)).toBe(outline(measured));
      expect(measured).not.toContain('✗');
      numbers(measured).forEach((error, k) => {
        expect(error, measured).toBeLessThanOrEqual(10 * (numbers(stands)[k] ?? 0) + 1e-15);
      });
    }
  });
});

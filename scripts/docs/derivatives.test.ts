import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composites, type Row, samples } from '@throughline/autograd/testing';
import { describe, expect, test } from 'vitest';
import { root } from '../files.ts';
import { line, measure, measureFunction, page } from './derivatives.ts';

// The registry's test holds the samples to be those of every primitive. All cells are measured again: 30 s on two cores.
const text = readFileSync(join(root, page), 'utf8');
const reasons = [...text.matchAll(/^[⁰¹²³⁴-⁹]+ (.*)\.(?: {2})?$/gm)].map(([, reason = '']) => reason);
const [, ...parts] = text.split(/^## .*float\d\d$/m);
const lines = (part: string): Map<string, string> =>
  new Map([...part.matchAll(/^\| `([^`]+)` .*$/gm)].map(([all, name = '']) => [name, all]));

test('docs/derivatives.md has a row for every primitive and every composite, in both tables of each, and no other (run `npm run table`)', () => {
  const rows = [samples, samples, composites, composites].map((of) => Object.keys(of));
  expect(parts.map((part) => [...lines(part).keys()])).toEqual(rows);
});

/** A row without its numbers, and its numbers. */
const outline = (row = ''): string => row.replaceAll(/✓ \d\S*/g, '✓ error');
const numbers = (row = ''): number[] =>
  [...row.matchAll(/✓ (\d\S*)/g)].map(([, digits = '']) => Number(digits.replace('−', '-')));

describe('every cell of the page is as measured, its number at least a tenth of what is measured', () => {
  const [float64 = '', float32 = '', ...ofComposites] = parts;
  test.each(Object.keys(samples))('%s', { timeout: 120_000 }, (name) => {
    expectAsMeasured(measure(name), float64, float32);
  });
  const [functions64 = '', functions32 = ''] = ofComposites;
  test.each(Object.keys(composites))('%s', { timeout: 120_000 }, (name) => {
    expectAsMeasured(measureFunction(name), functions64, functions32);
  });
});

function expectAsMeasured(row: Row, float64: string, float32: string): void {
  for (const [dtype, part] of [
    ['float64', float64],
    ['float32', float32],
  ] as const) {
    const [stands, measured] = [lines(part).get(row.name), line(row, dtype, reasons)];
    expect(outline(stands)).toBe(outline(measured));
    expect(measured).not.toContain('✗');
    numbers(measured).forEach((error, k) => {
      expect(error, measured).toBeLessThanOrEqual(10 * (numbers(stands)[k] ?? 0) + 1e-15);
    });
  }
}

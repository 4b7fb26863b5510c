import { describe, expect, test } from 'vitest';
import { everyCell, unmade } from '../testing/cell-laws/every-cell.ts';
import { extentsFor } from '../testing/cell-laws/subject.ts';
import { checkCell } from '../testing/index.ts';

describe.each(everyCell())('$name', ({ cell, options }) => {
  test('obeys every law', () => {
    const report = checkCell(cell, options);
    expect(report.holds, String(report)).toBe(true);
  });

  test('every extent 1', () => {
    const dims = Object.fromEntries(Object.keys(extentsFor(cell)).map((letter) => [letter, 1]));
    const report = checkCell(cell, { ...options, dims, steps: 2, batch: 1, seed: 2 });
    expect(report.holds, String(report)).toBe(true);
  });
});

test('every function that makes cells has a sample', () => expect(unmade()).toEqual([]));

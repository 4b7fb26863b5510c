import { describe, expect, test } from 'vitest';
import { everyCell, unmade } from '../testing/cell-laws/every-cell.ts';
import { checkCell } from '../testing/index.ts';

describe.each(everyCell())('$name', ({ cell, options }) => {
  test('obeys every law', () => {
    const report = checkCell(cell, options);
    expect(report.holds, String(report)).toBe(true);
  });

  test('of one unit, one input, one row', () => {
    const { dims } = options;
    const report = checkCell(cell, { ...options, dims: { ...dims, I: 1, H: 1 }, steps: 2, batch: 1, seed: 2 });
    expect(report.holds, String(report)).toBe(true);
  });
});

test('every function that makes cells has a sample', () => expect(unmade()).toEqual([]));

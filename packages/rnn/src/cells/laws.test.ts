import { describe, expect, test } from 'vitest';
import { everyCell, unmade } from '../testing/cell-laws/every-cell.ts';
import { extentsFor } from '../testing/cell-laws/subject.ts';
import { cellLaws, checkCell } from '../testing/index.ts';

const ofShapes = Object.keys(cellLaws).filter((law) => law !== 'gradcheck');

describe.each(everyCell())('$name', ({ cell, options }) => {
  test('obeys every law', () => {
    const report = checkCell(cell, options);
    expect(report.holds, String(report)).toBe(true);
  });

  test('every extent 1: every law about shapes', () => {
    const dims = Object.fromEntries(Object.keys(extentsFor(cell)).map((letter) => [letter, 1]));
    const report = checkCell(cell, { ...options, dims, steps: 2, batch: 1, seed: 2, laws: ofShapes });
    expect(report.holds, String(report)).toBe(true);
  });
});

test('every function that makes cells has a sample', () => expect(unmade()).toEqual([]));

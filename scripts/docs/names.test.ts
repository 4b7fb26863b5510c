import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as throughline from 'throughline';
import { expect, test } from 'vitest';
import { root } from '../files.ts';

const rows = readFileSync(join(root, 'docs/names.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| .*\|$/.test(line) && !line.endsWith('| Throughline |'));
const ours = rows.map((row) => row.split('|').at(-2) ?? '');
/** The names that open the code in a cell: `sum(x, [axis])` is sum; `x.item()` and options are no exports. */
const names = ours.flatMap((cell) => [...cell.matchAll(/`(\w+)(?=[`(])/g)].map(([, name = '']) => name));

test('every name that docs/names.md calls ours is exported', () => {
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !(name in throughline))).toEqual([]);
});

test('every row of docs/names.md has as many cells as its head, and names something of ours', () => {
  expect(rows.filter((row) => ![5, 6].includes(row.split('|').length))).toEqual([]);
  expect(ours.filter((cell) => !cell.includes('`'))).toEqual([]);
});

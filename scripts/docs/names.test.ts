import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as throughline from 'throughline';
import { expect, test } from 'vitest';
import { root } from '../files.ts';
import { opComments } from './op-comments.ts';

const text = readFileSync(join(root, 'docs/names.md'), 'utf8');
const rowsOf = (page: string): string[] =>
  page.split('\n').filter((line) => /^\| .*\|$/.test(line) && !line.endsWith('| Throughline |'));
const rows = rowsOf(text);
const opRows = rowsOf(text.slice(0, text.indexOf('## Derivatives')));
const ours = rows.map((row) => row.split('|').at(-2) ?? '');
/** The names that open the code in a cell: `sum(x, [axis])` is sum; `x.item()` and options are no exports. */
const namesIn = (cell: string): string[] =>
  [...cell.matchAll(/`((?:complex\.)?\w+)(?=[`(])/g)].map(([, name = '']) => name);
const names = ours.flatMap(namesIn);
const ops = opComments().map(({ name }) => name);

const isExported = (name: string): boolean =>
  name.startsWith('complex.') ? name.slice('complex.'.length) in throughline.complex : name in throughline;

test('every name that docs/names.md calls ours is exported', () => {
  expect(names.length).toBeGreaterThan(250);
  expect(names.filter((name) => !isExported(name))).toEqual([]);
  expect(isExported('complex.nothing')).toBe(false);
});

test('every op that is exported has a place in docs/names.md', () => {
  expect(ops.length).toBeGreaterThan(150);
  expect(ops.filter((name) => !names.includes(name))).toEqual([]);
});

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Names of ours in a row that is like no name beside them, and is not said to be our own. */
function silent(row: string): string[] {
  const cells = row.split('|').slice(1, -1);
  const [own = ''] = cells.splice(-1);
  const theirs = cells
    .flatMap((cell) => cell.match(/\w+/g) ?? [])
    .map((word) => word.replaceAll('_', '').toLowerCase());
  return namesIn(own).filter(
    (name) => ops.includes(name) && !theirs.includes(last(name).toLowerCase()) && !/own name/.test(own),
  );
}

test('an op whose name nobody else has is said to be named by us', () => {
  expect(opRows.length).toBeGreaterThan(80);
  expect(opRows.flatMap(silent)).toEqual([]);
  expect(silent('| `np.var` | the same | the same | `variance` |')).toEqual(['variance']);
  expect(silent('| `np.expand_dims` | the same | `unsqueeze` | `expandDims` |')).toEqual([]);
});

test('every row of docs/names.md has as many cells as its head, and names something of ours', () => {
  expect(rows.filter((row) => ![5, 6].includes(row.split('|').length))).toEqual([]);
  expect(ours.filter((cell) => !cell.includes('`'))).toEqual([]);
});

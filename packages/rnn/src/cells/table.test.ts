/** @file The table of cells in docs/cells.md: every cell has a row, with its states, its belt and the count of its parameters. */
import { readFileSync } from 'node:fs';
import { flatten, key } from '@throughline/autograd';
import { expect, test } from 'vitest';
import type { Dims } from '../dims.ts';
import { everyCell } from '../testing/index.ts';

const page = readFileSync(new URL('../../../../docs/cells.md', import.meta.url), 'utf8');
const rows = new Map(
  page
    .split('\n')
    .map((line) => line.split('|').map((part) => part.trim()))
    .filter(({ length }) => length === 7) // five columns between two bars
    .map(([, name = '', , states = '', belt = '', count = '']) => [name.replaceAll('`', ''), { states, belt, count }]),
);
const dims: Dims & { readonly [letter: string]: number } = { I: 5, H: 6, K: 2, P: 4, N: 7, R: 3, L: 3 };

/** The value of a formula of sums and products: `4·H·(I + H + 1) + 3·H`. */
function value(formula: string): number {
  const inner = formula.replace(/\(([^()]*)\)/, (_, group: string) => String(value(group)));
  if (inner !== formula) return value(inner);
  return inner
    .split('+')
    .map((term) => term.split('·').map((factor) => dims[factor.trim()] ?? Number(factor)))
    .reduce((sum, factors) => sum + factors.reduce((a, b) => a * b), 0);
}

/** Those with an exported name, and one depth of rhn; other samples are variants of these. */
const named = everyCell().filter(({ name }) => /^\w+$/.test(name) || name === 'rhn, depth 3');

test.each(named.map(({ cell }) => [cell.name, cell] as const))('%s', (name, cell) => {
  const channels = ['s4d', 's6', 'rgLru'].includes(name); // as many inputs as units
  const at = channels ? { ...dims, I: dims.H } : dims;
  const count = flatten('test', cell.init(key(1), at)).leaves.reduce((sum, { size }) => sum + size, 0);
  const row = rows.get(name);
  expect(row?.states).toBe(cell.stateNames.join(', '));
  expect(row?.belt).toBe(cell.belt?.keep ?? '');
  expect(value(row?.count ?? '')).toBe(count);
});

test('every row is a cell, and formulas mean what they say', () => {
  const names = named.map(({ cell }) => cell.name);
  expect([...rows.keys()].filter((name) => !names.includes(name) && !['part', 'cell', '---'].includes(name))).toEqual(
    [],
  );
  expect(rows.size).toBeGreaterThan(20);
  expect(value('(H + 2·K)·(I + 1) + 3·P')).toBe((6 + 4) * 6 + 12);
});

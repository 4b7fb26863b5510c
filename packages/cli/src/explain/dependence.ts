import { pad, type Style } from '../check/terminal/style.ts';
import type { AnyCell } from '../index.ts';
import { dependenceTable } from '../index.ts';

/** Which letters of a step look at which states: decided on its Program, for every number that they could have. */
export function printDependence(cell: AnyCell, style: Style): string {
  const table = dependenceTable(cell);
  const columns = [...cell.stateNames, 'x'];
  const name = (row: string): string => (cell.stateNames.includes(row) ? `${row}'` : row);
  const rows = Object.keys(table);
  const widest = Math.max(...rows.map((row) => [...name(row)].length));
  const line = (head: string, cells: readonly string[]): string =>
    `  ${pad(head, widest)}${cells.map((text, i) => `  ${pad(text, [...(columns[i] ?? '')].length)}`).join('')}`.trimEnd();
  return [
    '  what depends on what, within a step',
    style.dim(line('', columns)),
    ...rows.map((row) =>
      line(
        name(row),
        columns.map((x) => (table[row]?.[x] === true ? '●' : '·')),
      ),
    ),
  ].join('\n');
}

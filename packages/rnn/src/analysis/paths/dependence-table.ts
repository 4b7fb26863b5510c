import type { AnyCell } from '../../cell.ts';
import { withExtents } from '../../symbolic/equations/extents.ts';
import { type DependenceOptions, stepOf } from './depends-on.ts';

/** For each letter that a step computes (states, taps, `out`): the states, and `x`, that it depends on within the step. */
export type DependenceTable = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

/**
 * `dependsOn` for everything that one step of a cell computes, on each of its states and its input.
 *
 * @throws TraceError when the step reads a value.
 * @example dependenceTable(lstm).f?.c   // false
 */
export function dependenceTable(cell: AnyCell, { by = 'value' }: Pick<DependenceOptions, 'by'> = {}): DependenceTable {
  const step = withExtents(cell, stepOf);
  const columns = [...cell.stateNames, 'x'];
  const reached = columns.map((x) => step.reached(by, [x]));
  const row = (y: string) => Object.fromEntries(columns.map((x, i) => [x, reached[i]?.has(y) === true]));
  return Object.fromEntries(step.results.map((y) => [y, row(y)]));
}

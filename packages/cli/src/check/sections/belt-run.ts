import { foldIn } from '@throughline/autograd';
import { type AnyCell, type Line, type ParamTree, type Run, unroll } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import { testBatch } from '../model.ts';
import { dimsOf, type Sizes } from '../probe.ts';

/** A run of a cell before training, on sequences of the task, with its lines by name. */
export interface CellRun {
  readonly cell: AnyCell;
  readonly params: ParamTree;
  readonly run: Run;
  readonly steps: number;
  readonly tapNames: readonly string[];
  line(name: string): Line;
  /** Every state at step t, in the order of the cell's states. */
  states(t: number): readonly Tensor[];
}

/** Runs a cell from zero states. */
export function runCell(cell: AnyCell, sizes: Sizes): CellRun {
  const params = cell.init(foldIn(sizes.key, 1), dimsOf(sizes));
  const run = unroll(cell, params, sizes.xs ?? testBatch(sizes, sizes.batch).inputs);
  const line = (name: string): Line => lineOf(run.lines, name);
  const states = (t: number): readonly Tensor[] => cell.stateNames.map((name) => line(name).at(t));
  const known = new Set(['x', 'out', ...cell.stateNames.map((name) => name.split('.')[0])]);
  const tapNames = Object.keys(run.lines).filter((name) => !known.has(name));
  return { cell, params, run, steps: sizes.steps, tapNames, line, states };
}

/** A line by its name, dotted where states are nested. */
export const lineOf = (lines: unknown, name: string): Line =>
  name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], lines) as Line; // records until the line; the cell checked its names

import { gather } from '@throughline/autograd';
import { fromStorage, type Tensor, tensor } from '@throughline/tensor';
import { dimsOf, type Sizes } from '../probe.ts';
import type { CellRun } from './belt-run.ts';
import { type Held, holdStep } from './held-step.ts';

/** The largest deviation met, and where. */
export interface Worst {
  readonly deviation: number;
  readonly at: string;
}

/** Moves, in steps of 2⁻⁶: two stencils of width one and two, of which the wide one cancels the other's leading error. */
const moves = [1, -1, 2, -2, 4, -4] as const;
const width = 2 ** -6;

/** D(h) and D(2h) from the values at ±h, ±2h, ±4h; (16 D(h) − D(2h)) / 15. */
function slope(values: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
  const fine = (8 * (a - b) - (c - d)) / (12 * width);
  const coarse = (8 * (c - d) - (e - f)) / (24 * width);
  return fine + (fine - coarse) / 15;
}

/**
 * ∂s_t/∂s_{t−1} with the held lines as constants, by differences: one step is run again with the belt's state moved, unit
 * by unit, and everything that is held put in from the run. Rows of a batch are independent, so that all moves of a step
 * are one batch. Returns the largest |derivative − diag keep_t| over all steps, rows and units.
 */
export function heldByDifferences(run: CellRun, keep: string, held: Held, sizes: Sizes): Worst {
  const { cell, params } = run;
  const { batch } = sizes;
  const first = run.line(held.belt).at(0);
  const units = first.size / batch;
  const copies = units * moves.length;
  const rows = tensor(
    Array.from({ length: batch * copies }, (_, i) => Math.floor(i / copies)),
    { dtype: 'int32' },
  );
  const repeat = (x: Tensor): Tensor => gather(x, rows);
  const taps = (t: number): Tensor[] => held.taps.map((tap) => repeat(run.line(tap).at(t)));
  const step = holdStep(
    cell,
    params,
    cell.initialState(dimsOf(sizes), batch * copies),
    repeat(run.line('x').at(1)),
    held,
  );
  const free = cell.stateNames.some((name) => name !== held.belt && !held.states.includes(name));
  let worst: Worst = { deviation: -1, at: '' };
  for (let t = 1; t <= run.steps; t++) {
    const moved = moveUnits(repeat(run.line(held.belt).at(t - 1)), units);
    const follow =
      free && t > 1
        ? step.others(run.states(t - 2).map(repeat), repeat(run.line('x').at(t - 1)), taps(t - 1), moved)
        : [];
    const state = cell.stateNames.map((name, i) => {
      if (name === held.belt) return moved;
      return held.states.includes(name) || follow[i] === undefined ? repeat(run.line(name).at(t - 1)) : follow[i];
    });
    const next = step.next(state, repeat(run.line('x').at(t)), taps(t)).toTypedArray();
    const gate = run.line(keep).at(t).toTypedArray();
    for (let row = 0; row < batch; row++) {
      for (let j = 0; j < units; j++) {
        const start = (row * copies + j * moves.length) * units;
        for (let i = 0; i < units; i++) {
          const derivative = slope(moves.map((_, k) => next[start + k * units + i] ?? Number.NaN));
          const deviation = Math.abs(derivative - (i === j ? (gate[row * units + i] ?? Number.NaN) : 0));
          if (!(deviation <= worst.deviation)) worst = { deviation, at: place(t, i, j) };
        }
      }
    }
  }
  return worst;
}

/** `t = 12, unit 3`, or the two units of an entry beside the diagonal. */
export const place = (t: number, i: number, j: number): string =>
  `t = ${t}, ${i === j ? `unit ${i}` : `units ${i}, ${j}`}`;

/** Row block by row block: unit j moved by each of the moves, for every j. */
function moveUnits(x: Tensor, units: number): Tensor {
  const values = x.toTypedArray();
  const rows = values.length / units;
  for (let row = 0; row < rows; row++) {
    const [unit, move] = [Math.floor(row / moves.length) % units, moves[row % moves.length] ?? 0];
    const index = row * units + unit;
    values[index] = (values[index] ?? 0) + move * width;
  }
  return fromStorage(values, x.dtype, x.shape);
}

import { foldIn, key, mean, reshape, square, sub, sum } from '@throughline/autograd';
import { type AnyCell, unroll } from '@throughline/rnn';
import { flow } from '@throughline/rnn/analysis';
import type { Tensor } from '@throughline/tensor';
import { adam } from '@throughline/train';
import type { Work } from '../claim.ts';
import { fit } from '../fit.ts';
import { type LatchBatch, latch, markSteps } from './latch.ts';
import { initReadout, type ReadoutParams, read, readAll } from './readout.ts';

/** One net on one task. */
export interface LatchJob {
  readonly cell: AnyCell;
  readonly lag: number;
  readonly values: 'signs' | 'numbers';
  readonly memory: boolean;
  readonly H: number;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
}

/** What the gates of those units do that carry the answer. */
export interface HeldGates {
  /** Steps that the memory has to last. */
  readonly hold: number;
  /** What is left of the variance of the last answer: 0 when all is right, 1 when nothing is known. */
  readonly unexplained: number;
  /** The forget gate, mean over the steps that hold, of units weighted by what the answer owes to them. */
  readonly keep: number;
  /** The same at the step that sets a new value. */
  readonly keepAtSet: number;
  /** −1 / mean ln f of the same units: the steps in which the belt alone falls to 1/e. */
  readonly beltTime: number;
  /** ‖∂answer/∂c‖ after the mark, beside the same at the end. */
  readonly reach: number;
  /** Mean f over the holding steps, step by step, for a picture: t = 1…T. */
  readonly course: readonly number[];
}

/** Trains a net on a latch, and looks at its gates before and after. */
export async function measureHolding(
  job: LatchJob,
  work: Work,
  share: readonly [number, number],
): Promise<{ readonly before: HeldGates; readonly after: HeldGates }> {
  const { cell, lag, values, memory, H, steps, batch, seed } = job;
  const drawn = key(seed);
  const start = initReadout(cell, drawn, { I: 2, H, O: 1 });
  const draw = (from: Tensor, rows: number): LatchBatch => latch({ lag, batch: rows, key: from, values, memory });
  const { params } = await fit(
    {
      params: start,
      loss: (at: ReadoutParams, batch: Pick<LatchBatch, 'inputs' | 'targets'>) =>
        mean(square(sub(reshape(readAll(cell, at, batch.inputs), batch.targets.shape), batch.targets))),
      batches: (_, from) => {
        const { inputs, targets } = draw(from, batch);
        return { inputs, targets };
      },
      optimizer: adam({ rate: 0.02 }),
      steps,
      key: foldIn(drawn, 3),
      clip: 1,
    },
    work,
    { share },
  );
  const test = draw(foldIn(drawn, 4), 64);
  return { before: look(cell, start, test, lag), after: look(cell, params, test, lag) };
}

function look(cell: AnyCell, params: ReadoutParams, test: LatchBatch, lag: number): HeldGates {
  const run = unroll(cell, params.cell, test.inputs, { taps: ['f'] });
  const [T, B] = test.targets.shape as [number, number]; // [T, B]
  const from = lag + markSteps(lag);
  const answer = read(params, run.out).data;
  const ends = Array.from({ length: B }, (_, row) => (T - 1) * B + row);
  const wanted = ends.map((at) => test.targets.data[at] ?? Number.NaN);
  const errors = ends.map((at, row) => ((answer[at] ?? Number.NaN) - (wanted[row] ?? Number.NaN)) ** 2);
  const flown = flow(run, (lines) => sum(read(params, lines.out.at(T))));
  const [pulled, last] = [flown.cotangent('c', from), flown.cotangent('c', T)];
  const weights = share(pulled, stateAt(run.lines, from));
  const f = run.taps.f as Tensor; // asked for
  const H = weights.length;
  const gate = (t: number, row: number, unit: number): number => f.data[((t - 1) * B + row) * H + unit] ?? Number.NaN;
  const over = (ts: (row: number) => readonly number[], g: (x: number) => number): number =>
    weights.reduce(
      (whole, weight, unit) =>
        whole +
        weight * meanOf(Array.from({ length: B }, (_, row) => meanOf(ts(row).map((t) => g(gate(t, row, unit)))))),
      0,
    );
  const holding = Array.from({ length: T - from }, (_, n) => from + 1 + n);
  const setAt = (row: number): number[] =>
    Array.from({ length: T }, (_, n) => n + 1).filter((t) => test.set.data[(t - 1) * B + row] === 1);
  return {
    hold: T - from,
    unexplained: meanOf(errors) / meanOf(wanted.map((x) => x ** 2)),
    keep: over(
      () => holding,
      (x) => x,
    ),
    keepAtSet: over(setAt, (x) => x),
    beltTime:
      1 /
      over(
        () => holding,
        (x) => -Math.log(x),
      ),
    reach: size(pulled) / size(last),
    course: Array.from({ length: T }, (_, n) =>
      over(
        () => [n + 1],
        (x) => x,
      ),
    ),
  };
}

/** c_from, of all rows. */
const stateAt = (lines: object, t: number): Tensor => (lines as { readonly c: { at(t: number): Tensor } }).c.at(t); // the cell has one

/** What each unit adds to the answer, to first order: |∂answer/∂c · c|, as parts of the whole. */
function share(pulled: Tensor, c: Tensor): number[] {
  const [B, H] = c.shape as [number, number]; // a state
  const units = Array.from({ length: H }, (_, unit) =>
    meanOf(
      Array.from({ length: B }, (_, row) =>
        Math.abs((pulled.data[row * H + unit] ?? 0) * (c.data[row * H + unit] ?? 0)),
      ),
    ),
  );
  const whole = units.reduce((a, b) => a + b, 0);
  return units.map((unit) => unit / whole);
}

const size = (x: Tensor): number => Math.hypot(...x.data);
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

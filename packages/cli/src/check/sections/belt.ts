import { reshape, slice, sum } from '@throughline/autograd';
import { singularValues } from '@throughline/autograd/linalg';
import { flow, partial, total } from '@throughline/rnn/analysis';
import { tensor } from '@throughline/tensor';
import type { BeltFacts, BeltVariant, Check } from '../facts.ts';
import type { Sizes } from '../probe.ts';
import type { Subject } from '../subjects.ts';
import { type CellRun, lineOf, runCell } from './belt-run.ts';
import { heldByDifferences, place, type Worst } from './held-differences.ts';
import type { Held } from './held-step.ts';

/** Rounding of a handful of products of numbers below 1. */
const reverseTolerance = 1e-14;
/** Differences over a step of 2⁻⁶ lose six bits, and four more to the extrapolation of what is not linear. */
const differencesTolerance = 1e-9;

type AnyBelt = NonNullable<Subject['cell']['belt']>;

/** Section 2: ∂s_t/∂s_{t−1} against diag(keep_t), for t = 1…T and every unit, held and not held; null without a belt. */
export function checkBelt(subject: Subject, sizes: Sizes): BeltFacts | null {
  const { belt } = subject.cell;
  if (belt === undefined) return null;
  const measured = subject.belts.map(({ label, cell }) => {
    const run = runCell(cell, sizes);
    const differences = heldByDifferences(run, belt.keep, heldOf(cell.stateNames, belt), sizes);
    return { ...measureVariant(run, label, belt), differences };
  });
  const name = `max |∂${belt.state}_t/∂${belt.state}_{t−1} − diag ${belt.keep}_t|`;
  const check = (oracle: string, tolerance: number, worst: Worst): Check => ({
    name,
    oracle,
    worst: worst.deviation,
    at: worst.at,
    tolerance,
    holds: worst.deviation <= tolerance,
    note: `every unit, t = 1…${sizes.steps}, ${sizes.batch} sequences, ${subject.belts.map(({ label }) => label).join(', ')}`,
  });
  return {
    state: belt.state,
    keep: belt.keep,
    holding: belt.holding,
    held: [
      check('reverse mode', reverseTolerance, worstOf(measured.map(({ reverse }) => reverse))),
      check('differences', differencesTolerance, worstOf(measured.map(({ differences }) => differences))),
    ],
    variants: measured.map(({ facts }) => facts),
  };
}

const worstOf = (all: readonly Worst[]): Worst => all.reduce((a, b) => (b.deviation <= a.deviation ? a : b));

interface MeasuredVariant {
  readonly reverse: Worst;
  readonly facts: BeltVariant;
}

/** A cell under one initialisation, run and differentiated: by reverse mode alone. */
export function measureVariant(run: CellRun, label: string, belt: AnyBelt): MeasuredVariant {
  const { steps } = run;
  const [state, keep] = [run.line(belt.state), run.line(belt.keep)];
  const holding = belt.holding.map((name) => run.line(name));
  const leakByStep: number[] = [];
  const scatter: { t: number; unit: number; keep: number; held: number; total: number }[] = [];
  let reverse: Worst = { deviation: -1, at: '' };
  for (let t = 1; t <= steps; t++) {
    const gate = keep.at(t);
    const held = partial(state.at(t), state.at(t - 1), { holding });
    const free = total(state.at(t), state.at(t - 1));
    const { max, worst } = held.versus(gate);
    if (!(max <= reverse.deviation)) reverse = { deviation: max, at: place(t, worst.i, worst.j) };
    leakByStep.push(free.versus(gate).relative);
    const [diagonal, whole] = [held.diagonal().data, free.diagonal().data];
    for (let unit = 0; unit < diagonal.length; unit++) {
      scatter.push({
        t,
        unit,
        keep: gate.data[unit] ?? Number.NaN,
        held: diagonal[unit] ?? Number.NaN,
        total: whole[unit] ?? Number.NaN,
      });
    }
  }
  const oneStepOff = leakByStep.reduce((a, b) => a + b, 0) / steps;
  return { reverse, facts: { label, oneStepOff, leakByStep, byDistance: byDistance(run, belt), scatter } };
}

export const heldOf = (states: readonly string[], { state, holding }: AnyBelt): Held => ({
  belt: state,
  states: holding.filter((name) => states.includes(name)),
  taps: holding.filter((name) => !states.includes(name) && name !== 'x'),
});

/** For the first sequence: the product of the gates over the last k steps against the total derivative over k steps. */
function byDistance(run: CellRun, { state, keep }: AnyBelt): BeltVariant['byDistance'] {
  const { steps } = run;
  const [rows = 1] = run.line(state).at(0).shape;
  const units = run.line(state).at(0).size / rows;
  // One sweep per unit of s_T gives that row of every ∂s_T/∂s_{T−k}.
  const sweeps = Array.from({ length: units }, (_, unit) =>
    flow(run.run, (lines) => {
      const last = reshape(lineOf(lines, state).at(steps), [rows, units]);
      return sum(slice(last, [0, unit], [rows, unit + 1]));
    }),
  );
  const product = new Array<number>(units).fill(1);
  return Array.from({ length: steps }, (_, i) => {
    const k = i + 1;
    const gate = run.line(keep).at(steps - i).data;
    for (let unit = 0; unit < units; unit++) product[unit] = (product[unit] ?? 1) * (gate[unit] ?? Number.NaN);
    const jacobian = sweeps.map((sweep) => [...sweep.cotangent(state, steps - k).data].slice(0, units));
    return {
      distance: k,
      belt: Math.max(...product.map(Math.abs)),
      total: singularValues(tensor(jacobian)).data[0] ?? 0,
    };
  });
}

import { type AnyCell, unroll } from '@throughline/rnn';
import { flow, partial } from '@throughline/rnn/analysis';
import { isDifferentiable, type Tensor } from '@throughline/tensor';
import { meanSquaredError } from '@throughline/train';
import type { BeltEdge, BeltFigure, BeltNode } from '../../report/belt-figure.ts';
import { initModel, readOut, testBatch } from '../model.ts';
import type { Sizes } from '../probe.ts';
import type { Subject } from '../subjects.ts';
import { lineOf } from './belt-run.ts';
import { followed } from './reach.ts';

/** Steps that are drawn. */
const drawn = 3;

/** The last steps of a run before training, with the share of the gradient that every connection passes back. */
export function drawFigure({ belts, cell: own }: Subject, sizes: Sizes): BeltFigure | null {
  const [variant] = belts;
  if (variant === undefined) return null;
  const { cell, label } = variant;
  const { inputs, targets } = testBatch(sizes, sizes.batch);
  const params = initModel(cell, sizes);
  const run = unroll(cell, params.cell, inputs);
  const { steps } = run;
  const loss = flow(run, (lines) => meanSquaredError(readOut(params, lineOf(lines, 'out').at(steps)), targets));
  const belt = followed(own);
  const whole = size(loss.cotangent(belt, steps));
  const from = Math.max(0, steps - drawn);
  const nodes = nodesOf(cell, Object.keys(run.lines), from, steps).filter(({ label: line, t }) =>
    isDifferentiable(lineOf(run.lines, line).at(t)),
  );
  const everything = [...new Set(nodes.map(({ label: line }) => line))].map((line) => lineOf(run.lines, line));
  const edges: BeltEdge[] = [];
  for (const b of nodes) {
    const ct = loss.cotangent(b.label, b.t);
    if (b.t === from || size(ct) === 0) continue;
    for (const a of nodes) {
      // What is computed in a step is made from the states before it and from what the same step named.
      if (a === b || !(a.t === b.t || (a.t === b.t - 1 && a.kind === 'state'))) continue;
      const [x, y] = [lineOf(run.lines, a.label).at(a.t), lineOf(run.lines, b.label).at(b.t)];
      if (x === y) continue;
      const share = size(partial(y, x, { holding: everything }).vjp(ct)) / whole;
      if (share > 0 && Number.isFinite(share)) edges.push({ from: a.id, to: b.id, share });
    }
  }
  return { variant: label, belt, nodes, edges };
}

function nodesOf(cell: AnyCell, lines: readonly string[], from: number, to: number): BeltNode[] {
  const states = cell.stateNames;
  const others = new Set(['x', 'out', ...states.map((name) => name.split('.')[0])]);
  const taps = lines.filter((name) => !others.has(name));
  return Array.from({ length: to - from + 1 }, (_, i) => from + i).flatMap((t) => [
    ...(t === from ? [] : taps.map((label): BeltNode => ({ id: `${label}[${t}]`, label, t, kind: 'tap' }))),
    ...states.map((label): BeltNode => ({ id: `${label}[${t}]`, label, t, kind: 'state' })),
  ]);
}

function size(x: Tensor): number {
  let total = 0;
  for (const value of x.toTypedArray()) total += value * value;
  return Math.sqrt(total);
}

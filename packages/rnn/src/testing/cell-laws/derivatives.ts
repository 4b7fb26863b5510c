/** @file Laws about derivatives. */
import { concat, grad, reshape, slice, split } from '@throughline/autograd';
import {
  type ComplexStepReport,
  checkGrads,
  complexStepCheck,
  type GradReport,
} from '@throughline/autograd/testing/gradients';
import type { Tensor } from '@throughline/tensor';
import { partial } from '../../analysis/index.ts';
import type { Line, LinesOf } from '../../questions/lines.ts';
import { unroll } from '../../unroll.ts';
import { absent, all, found, type LawFinding, short } from './finding.ts';
import { type LawSubject, lossOf, type Named, overFloats, type Point, runOf, subjectFor } from './subject.ts';

/** How often another point is looked for where the first lies on a kink. */
const attempts = 4;

/**
 * First and second derivatives, in both modes, are those of differences; first ones are those of the complex step, which
 * is exact, where every operation has one.
 */
export function gradcheck(subject: LawSubject): LawFinding {
  let finding = gradcheckAt(subject);
  const { cell, dims, point, seed } = subject;
  const [steps, batch] = point.xs.shape as [number, number];
  for (let n = 1; n < attempts && finding.verdict === 'does not apply'; n++) {
    finding = gradcheckAt(subjectFor(cell, { dims, steps, batch, seed: seed + 100 * n }));
  }
  return finding.verdict === 'does not apply'
    ? found('gradcheck', Number.POSITIVE_INFINITY, 0, `at ${attempts} points: ${finding.message}`)
    : finding;
}

function gradcheckAt({ cell, point, seed }: LawSubject): LawFinding {
  const run = runOf(cell);
  const loss = (p: Point): Tensor => lossOf(run(p), seed);
  const { f, at } = overFloats(point, loss);
  const { vector, apart } = asOneVector(at);
  const first = firstOrder(
    f,
    at,
    complexStepCheck((v) => f(apart(v)), [vector], { tolerance: 1e-12, directions: 3 }),
  );
  if (first.verdict === 'broken') return first;
  const second = secondOrder({ ...point, xs: slice(point.xs, [0], [Math.min(3, point.xs.shape[0] as number)]) }, loss); // [T, B, I]
  const undecided = [first, second].find(({ verdict }) => verdict === 'does not apply');
  const both = all(first, second);
  return both.verdict === 'broken' ? both : (undecided ?? both);
}

/** The gradient's own derivatives: each number of a difference is a sweep, so a few steps have to do. */
function secondOrder(point: Point, loss: (point: Point) => Tensor): LawFinding {
  const { f, at } = overFloats(point, loss);
  const { vector, apart } = asOneVector(at);
  const slopes = (v: Tensor): Tensor => asOneVector(grad(f)(apart(v)) as Named).vector; // a record like `at`
  return ofDifferences('order 2', checkGrads(slopes, [vector], { directions: 2, tolerance: 1e-8 }));
}

/** What the complex step says of all leaves together; leaf by leaf when that is wrong, to name the one. */
function firstOrder(f: (at: Named) => Tensor, at: Named, exact: ComplexStepReport): LawFinding {
  const law = 'gradcheck';
  if (exact.verdict === 'not possible')
    return ofDifferences('order 1', checkGrads(f, [at], { directions: 1, tolerance: 1e-8 }));
  if (exact.verdict === 'kink') return absent(law, exact.message);
  const { message } = exact.verdict === 'right' ? exact : complexStepCheck(f, [at], { tolerance: 1e-12 });
  return found(law, Math.max(exact.reverseError, exact.forwardError ?? 0), 1e-12, `order 1: ${message}`);
}

/** Tensors end to end: one leaf instead of many makes a check as cheap as it can be. */
function asOneVector(named: Named) {
  const entries = Object.entries(named);
  const sizes = entries.map(([, x]) => x.size);
  const vector = concat(entries.map(([, x]) => reshape(x, [x.size])));
  const apart = (v: Tensor): Named =>
    Object.fromEntries(split(v, sizes).map((part, i) => shaped(part, entries[i] as [string, Tensor]))); // one part each
  return { vector, apart };
}

const shaped = (part: Tensor, [name, { shape }]: [string, Tensor]): [string, Tensor] => [name, reshape(part, shape)];

function ofDifferences(order: string, report: GradReport): LawFinding {
  const message = `${order}: ${report.message}`;
  if (report.verdict === 'right') {
    return found('gradcheck', Math.max(report.reverseError, report.forwardError ?? 0), 1e-8, message);
  }
  // At a kink, or where differences see nothing, there is nothing to compare with.
  const undecided = ['kink', 'differences too coarse', 'float32 too coarse'].includes(report.verdict);
  return undecided ? absent('gradcheck', message) : found('gradcheck', Number.POSITIVE_INFINITY, 1e-8, message);
}

/** The line that the cell is built to remember by: ∂state′/∂state is diag(keep), with the rest held, at every step. */
export function beltIsExact({ cell, point }: LawSubject): LawFinding {
  const law = 'beltIsExact';
  const { belt } = cell;
  if (belt === undefined) return absent(law, `${cell.name} declares no belt.`);
  const run = unroll(cell, point.params, point.xs, { from: point.from });
  const line = (name: string): Line => lineOf(run.lines, name);
  const holding = belt.holding.map(line);
  let off = 0;
  for (let t = 1; t <= run.steps; t++) {
    const keep: Tensor = line(belt.keep).at(t);
    off = Math.max(off, partial(line(belt.state).at(t), line(belt.state).at(t - 1), { holding }).versus(keep).max);
  }
  return found(
    law,
    off,
    1e-14,
    `|∂${belt.state}′/∂${belt.state} − diag ${belt.keep}| over ${run.steps} steps: ${short(off)}.`,
  );
}

/** By its dotted name. */
const lineOf = (lines: LinesOf<unknown, unknown>, name: string): Line =>
  name.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], lines) as Line; // a record until the leaf

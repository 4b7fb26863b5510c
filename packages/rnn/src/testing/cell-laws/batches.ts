/** @file Laws about rows and sizes. */
import { expandDims, sign, squeeze, vmap } from '@throughline/autograd';
import { isDifferentiable, type Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import { type StateTree, valueAt } from '../../state.ts';
import { absent, all, found, type LawFinding, same } from './finding.ts';
import { mapStates, rowAxes, rowless } from './states.ts';
import { gradientOf, type LawSubject, type Point, type Results, runOf } from './subject.ts';

/** The rows of a batch, each by itself under vmap, are the batch: values to the bit, gradients to rounding. */
export function vmapIsBatch({ cell, point, seed }: LawSubject): LawFinding {
  const law = 'vmapIsBatch';
  const shared = rowless(cell);
  if (shared.length > 0) return absent(law, `${cell.name}'s state ${shared.join(', ')} has no axis B.`);
  const whole = runOf(cell);
  const axes = rowAxes(cell);
  const mapped = ({ params, xs, from }: Point): Results => {
    const one = (x: Tensor, state: StateTree): Results => {
      const { out, last } = whole({ params, xs: expandDims(x, 1), from: mapStates(cell, state, expandDims) });
      return { out: squeeze(out, 1), last: mapStates(cell, last, squeeze) };
    };
    return vmap(one, { inAxes: [1, axes as never], outAxes: { out: 1, last: axes as never } })(xs, from); // numbers, nested as the states
  };
  return all(
    same(law, 'values', 1e-12, mapped(point), whole(point)),
    same(law, 'gradients', 1e-12, gradientOf(mapped, point, seed), gradientOf(whole, point, seed)),
  );
}

/** Inputs of ±1000 leave every value and every gradient a number. */
export function finiteOnLargeInputs({ cell, point, seed }: LawSubject): LawFinding {
  const law = 'finiteOnLargeInputs';
  const signs = sign(point.xs);
  let largest = 0;
  for (const [what, xs] of [
    ['signs that change', signs.mul(1000)],
    ['+1000', signs.abs().mul(1000)],
    ['−1000', signs.abs().mul(-1000)],
  ] as const) {
    const at = { ...point, xs };
    const results = runOf(cell)(at);
    for (const [kind, tree] of [
      ['values', [results.out, ...leavesOf(cell, results.last)]],
      ['gradients', Object.values(gradientOf(runOf(cell), at, seed))],
    ] as const) {
      for (const leaf of tree) {
        if (!isDifferentiable(leaf)) continue;
        for (const x of leaf.toTypedArray())
          largest = Math.max(largest, Number.isFinite(x) ? Math.abs(Number(x)) : Number.POSITIVE_INFINITY);
        if (largest === Number.POSITIVE_INFINITY)
          return found(law, largest, Number.MAX_VALUE, `xs of ${what}: ${kind} are not finite.`);
      }
    }
  }
  return found(law, largest, Number.MAX_VALUE, `the largest value or gradient is ${largest.toExponential(1)}.`);
}

const leavesOf = (cell: AnyCell, state: StateTree): Tensor[] =>
  cell.stateNames.map((name) => valueAt(state, name) as Tensor); // a state is a tensor

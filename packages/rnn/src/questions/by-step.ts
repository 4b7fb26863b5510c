import { flatten, mapTree, type OnTape, onTape, Recorded } from '@throughline/autograd';
import {
  ArgumentError,
  formatType,
  full,
  isDifferentiable,
  NotDifferentiableError,
  Tensor,
  tensor,
} from '@throughline/tensor';
import type { Taps } from '../cell.ts';
import { declared, type ParamAt, type ParamSpecs, type ParamsOf } from '../params.ts';
import { type StateSpec, valueAt } from '../state.ts';
import type { Run } from '../unroll.ts';
import { type LinesOf, linesOn, type Replay, replay } from './lines.ts';
import { norm2 } from './norms.ts';

/** What each step adds to a parameter's gradient. */
export interface ByStep<V> {
  /** The size of each step's share, over all of the parameter's elements, for t = 1…T. */
  readonly norms: readonly number[];
  /** Step t's share: of the parameter's type, or in a gate's structure. The shares of all steps add up to the gradient. */
  cotangent(t: number): V;
}

/** Runs with a copy of the parameters for every step, and pulls the loss back to all of them in one sweep. */
export function untied<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  { origin }: Run<P, S, T, K>,
  loss: (lines: LinesOf<S, T>) => Tensor,
): <N extends string>(name: N) => ByStep<ParamAt<P, N>> {
  const copies: ParamsOf<P>[] = [];
  const tape: OnTape<{ readonly loss: Tensor }> = onTape((input) => {
    const result: Replay = replay(origin, input, () => {
      const own = mapTree(origin.params, (leaf) => (isDifferentiable(leaf) ? input(leaf) : leaf)) as ParamsOf<P>; // same structure
      copies.push(own);
      return own;
    });
    return { loss: loss(linesOn<S, T>(result, () => tape)) };
  });
  const trees = copies.map((own) => flatten('flow', own));
  const places = new Map<Tensor, number>();
  for (const leaf of trees.flatMap(({ leaves }) => leaves)) if (leaf instanceof Recorded) places.set(leaf, places.size);
  const { loss: value } = tape.result;
  const cts = tape.sweep([value], [...places.keys()] as Recorded[])([full([], 1, value.dtype)]); // only such were put there
  const shares = trees.map(({ leaves, rebuild }) =>
    rebuild(
      leaves.map((leaf) => {
        const place = places.get(leaf);
        return place === undefined ? null : (cts[place] ?? full(leaf.shape, 0, leaf.dtype));
      }),
    ),
  );
  return (name) => {
    checkParam(origin, name);
    const steps = shares.map((tree) => valueAt(tree, name));
    return {
      norms: steps.map(norm),
      cotangent(t) {
        const share = steps[t - 1];
        if (share === undefined) throw new ArgumentError('flow', `${name} has no t = ${t}: t = 1…${steps.length}.`);
        return share as ParamAt<P, typeof name>; // the nesting of P
      },
    };
  };
}

function checkParam(
  origin: { readonly cell: { readonly name: string; readonly params: ParamSpecs }; readonly params: unknown },
  name: string,
): void {
  const { cell, params } = origin;
  const value = valueAt(params, name);
  if (value === undefined) {
    const has = declared(cell.params).map(({ path }) => path);
    throw new ArgumentError('flow', `${cell.name} has no parameter ${name}; it has ${has.join(', ')}.`);
  }
  if (value instanceof Tensor && !isDifferentiable(value))
    throw new NotDifferentiableError('flow', `${name} is ${formatType(value)}, which has no derivative.`);
}

/** Over all tensors of a tree. */
function norm(share: unknown): number {
  if (share instanceof Tensor) return norm2(share);
  if (share === null) return 0;
  return norm2(tensor(Object.values(share as object).map(norm))); // parameters nest in records
}

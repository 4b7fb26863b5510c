import { add, flatten, unstack } from '@throughline/autograd';
import { ArgumentError, formatType, ShapeError, Tensor } from '@throughline/tensor';
import type { ParamsOf } from '../../params.ts';
import type { StateOf } from '../../state.ts';

/** What one step costs: from its output [B, …], its target and its number t = 1…T, a scalar. A run's loss is the sum. */
export type StepLoss<Y> = (out: Tensor, target: Y, t: number) => Tensor;

/** Where a run starts. */
export interface FromOptions<S> {
  /** The state to start from; zeros by default. */
  readonly from?: StateOf<S>;
}

/** A run's loss, and the gradient of it. */
export interface Gradients<P> {
  /** The sum over all steps: []. */
  readonly loss: Tensor;
  /** In the structure of the parameters; null at integer and bool leaves. */
  readonly gradients: ParamsOf<P>;
}

/** The number of steps of xs [T, B, I]. */
export function stepsOf(op: string, xs: unknown): number {
  if (!(xs instanceof Tensor)) throw new ArgumentError(op, `xs is ${typeof xs}, not a tensor [T, B, I].`);
  const [T] = xs.shape;
  if (xs.rank < 2 || T === undefined) throw new ShapeError(op, `xs is ${formatType(xs)}, not [T, B, I].`);
  if (T === 0) throw new ShapeError(op, `xs is ${formatType(xs)}: a sequence of length 0 has no steps.`);
  return T;
}

/** Targets by step: a tree of tensors [T, …] becomes T trees. */
export function targetsOf<Y>(op: string, targets: Y, T: number): Y[] {
  const flat = flatten(op, targets, undefined, 'targets');
  flat.leaves.forEach((leaf, i) => {
    if (leaf.shape[0] === T) return;
    throw new ShapeError(op, `${flat.paths[i]} is ${formatType(leaf)}, xs has ${T} steps: axis 0 must be ${T}.`);
  });
  const slices = flat.leaves.map((leaf) => unstack(leaf));
  return Array.from({ length: T }, (_, n) => flat.rebuild(slices.map((steps) => steps[n])) as Y); // as many slices as steps
}

/** One step's loss, checked. */
export function lossAt<Y>(op: string, loss: StepLoss<Y>, out: Tensor, target: Y, t: number): Tensor {
  const value: unknown = loss(out, target, t);
  if (value instanceof Tensor && value.rank === 0) return value;
  const got = value instanceof Tensor ? formatType(value) : typeof value;
  throw new ShapeError(op, `the loss at t = ${t} is ${got}, not a scalar tensor. Use sum or mean.`);
}

/** The losses of consecutive steps, added up; `first` is the number of the first. */
export function totalLoss<Y>(
  op: string,
  loss: StepLoss<Y>,
  outs: readonly Tensor[],
  targets: readonly Y[],
  first = 1,
): Tensor {
  return outs
    .map((out, n) => lossAt(op, loss, out, targets[n] as Y, first + n)) // one target per step
    .reduce((a, b) => add(a, b));
}

/** The leaves of a gradient: tensors, and null where there is no derivative. */
export const isGradient = (value: unknown): value is Tensor | null => value === null || value instanceof Tensor;

/** Gradients of two parts of a loss, added up. */
export function plus<P>(sum: Gradients<P> | undefined, part: Gradients<P>): Gradients<P> {
  if (sum === undefined) return part;
  const before = flatten('gradients', sum.gradients, isGradient);
  const leaves = flatten('gradients', part.gradients, isGradient).leaves.map((leaf, i) => {
    const other = before.leaves[i] ?? null;
    return leaf && other && add(other, leaf);
  });
  return { loss: add(sum.loss, part.loss), gradients: before.rebuild(leaves) as ParamsOf<P> }; // same structure
}

import { flatten, type Like, type Operand } from '@throughline/autograd';
import {
  ArgumentError,
  formatType,
  isDifferentiable,
  ShapeError,
  sameType,
  Tensor,
  type TensorType,
  TreeError,
} from '@throughline/tensor';

/** What an optimiser remembers between updates: a tree of tensors, so that it can be traced, saved and compared. */
export interface OptimizerState {
  /** Updates so far: int32. */
  readonly step: Tensor;
  /** Averages of the gradients and the like: one tensor per float leaf of the parameters, in their order. */
  readonly [moment: string]: Tensor | readonly Tensor[];
}

/** What an update gives. */
export interface Updated<S, P> {
  readonly state: S;
  readonly params: P;
}

/** A rule that improves parameters: two pure functions over trees. Integer, bool and key leaves are passed over. */
export interface Optimizer<S extends OptimizerState = OptimizerState> {
  readonly name: string;
  /** The state before the first update. */
  init<P>(params: P): S;
  /** One update. Gradients have the structure of the parameters, null where there is none. */
  update<P>(state: S, grads: Like<P, Tensor | null>, params: P): Updated<S, P>;
}

/** A learning rate: a number, or a function of the updates so far (a float64 scalar, 0 at the first update). */
export type Rate = number | ((step: Tensor) => Operand);

/** The float leaves of parameters with their gradients, and how to put new ones in their places. */
export interface Leaves<P> {
  readonly params: readonly Tensor[];
  readonly grads: readonly (Tensor | null)[];
  /** The tree with these in the places of its float leaves. */
  rebuild(params: readonly Tensor[]): P;
}

/** The float leaves of a tree of parameters. */
export const floatLeaves = <P>(op: string, params: P): Tensor[] =>
  flatten(op, params, undefined, 'params').leaves.filter(isDifferentiable);

/** Pairs parameters with gradients. @throws TreeError when structures differ; ShapeError when a gradient does not fit. */
export function pairLeaves<P>(op: string, params: P, grads: Like<P, Tensor | null>): Leaves<P> {
  const flat = flatten(op, params, undefined, 'params');
  const given = flatten(op, grads, isGradient, 'grads');
  if (flat.structure !== given.structure) {
    throw new TreeError(op, `params are ${flat.structure}, grads are ${given.structure}: structures differ.`);
  }
  const places = flat.leaves.flatMap((leaf, i) => (isDifferentiable(leaf) ? [i] : []));
  return {
    params: places.map((i) => flat.leaves[i] as Tensor), // places are indices of leaves
    grads: places.map((i) => {
      const grad = given.leaves[i] ?? null;
      if (grad !== null) checkFit(op, given.paths[i] as string, grad, flat.leaves[i] as Tensor); // places are indices
      return grad;
    }),
    rebuild: (leaves) =>
      flat.rebuild(flat.leaves.map((leaf, i) => (isDifferentiable(leaf) ? leaves[places.indexOf(i)] : leaf))) as P, // P's structure
  };
}

/** Throws unless a state's moments were made for these leaves. */
export function checkMoments(op: string, name: string, moments: readonly Tensor[], leaves: readonly Tensor[]): void {
  const list = (types: readonly TensorType[]): string =>
    types.length === 0 ? 'none' : types.map(formatType).join(', ');
  if (moments.length === leaves.length && moments.every((m, i) => sameType(m, leaves[i] as Tensor))) return; // equally many
  const both = `its ${name} are ${list(moments)}, the parameters are ${list(leaves)}`;
  throw new ArgumentError(op, `the state belongs to other parameters: ${both}. Start with init(params).`);
}

/** Throws unless a hyperparameter lies in its range. */
export function checkOption(
  op: string,
  name: string,
  value: unknown,
  fits: (x: number) => boolean,
  range: string,
): void {
  if (typeof value !== 'number' || !fits(value))
    throw new ArgumentError(op, `${name} is ${String(value)}, not ${range}.`);
}

/** Throws unless a rate is a function or a number ≥ 0. */
export function checkRate(op: string, rate: unknown): void {
  if (typeof rate !== 'function')
    checkOption(op, 'rate', rate, (x) => x >= 0 && x < Infinity, 'a number from 0 up, or a function of the step');
}

const isGradient = (value: unknown): value is Tensor | null => value === null || value instanceof Tensor;

function checkFit(op: string, path: string, grad: Tensor, param: Tensor): void {
  if (sameType(grad, param)) return;
  throw new ShapeError(op, `${path} is ${formatType(grad)}, its parameter is ${formatType(param)}.`);
}

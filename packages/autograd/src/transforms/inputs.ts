import { full, isDifferentiable, NotDifferentiableError, Tensor, type TensorType } from '@throughline/tensor';
import type { Cotangent } from '../primitive.ts';
import { filled } from '../primitives/sum-broadcast.ts';
import { flatten, isOperand, isResult, type Like } from '../tree.ts';
import { strip, type Trace, type Traced } from '../value.ts';

/** A tree of arguments whose float leaves were wrapped for a transform. */
export interface PreparedInputs<X, W> {
  /** What the user's function gets. */
  readonly tree: X;
  /** The wrapped leaves, in order; other leaves are passed through. */
  readonly wrapped: readonly W[];
  /** Their paths, for messages. */
  readonly paths: readonly string[];
  /** Puts one value per wrapped leaf into X's structure; null where a leaf carries no derivative. */
  restore<M>(values: readonly M[]): Like<X, M | null>;
}

/** Lifts numbers to float64 scalars and wraps every float leaf. @throws NotDifferentiableError when there is none. */
export function prepareInputs<X, W extends Tensor = Traced>(
  op: string,
  x: X,
  wrap: (leaf: Tensor, index: number) => W,
): PreparedInputs<X, W> {
  const flat = flatten(op, x, isOperand);
  const leaves = flat.leaves.map((leaf) => (leaf instanceof Tensor ? leaf : full([], leaf)));
  const wrapped: W[] = [];
  const paths: string[] = [];
  const places = leaves.map((leaf, i) => {
    if (!isDifferentiable(leaf)) return -1;
    paths.push(flat.paths[i] ?? '');
    return wrapped.push(wrap(leaf, wrapped.length)) - 1;
  });
  if (wrapped.length === 0) {
    throw new NotDifferentiableError(
      op,
      "the argument has no float leaf to differentiate with respect to. Use cast(x, 'float64').",
    );
  }
  return {
    tree: flat.rebuild(leaves.map((leaf, i) => wrapped[places[i] ?? -1] ?? leaf)) as X, // same structure, numbers lifted
    wrapped,
    paths,
    restore: <M>(values: readonly M[]) =>
      flat.rebuild(places.map((place) => (place < 0 ? null : (values[place] as M)))) as Like<X, M | null>, // one value per wrapped leaf
  };
}

/** A tree of values as the traces outside `trace` see it. */
export function stripTree<A>(op: string, tree: A, trace: Trace, root?: string): A {
  const flat = flatten(op, tree, isResult, root);
  return flat.rebuild(flat.leaves.map((leaf) => leaf && strip(leaf, trace))) as A; // same structure
}

/** Zeros of a type. */
export const zerosOf = (type: TensorType): Tensor => filled(type, 0);

/** Each cotangent, or zeros of its primal's type. */
export const materialize = (cts: readonly Cotangent[], types: readonly TensorType[]): Tensor[] =>
  cts.map((ct, i) => ct ?? zerosOf(types[i] as TensorType)); // one type per cotangent

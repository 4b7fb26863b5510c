import {
  abs,
  add,
  cast,
  clip,
  div,
  isFinite as finite,
  flatten,
  greater,
  logicalAnd,
  max,
  maximum,
  mul,
  sqrt,
  square,
  sum,
  where,
} from '@throughline/autograd';
import { ArgumentError, Tensor, zeros } from '@throughline/tensor';

/** Clipped gradients, and their norm before. */
export interface Clipped<G> {
  readonly grads: G;
  readonly norm: Tensor;
}

/**
 * The Euclidean norm of all leaves together.
 *
 * Shapes: any tree → []; float64, 0 for a tree without gradients; null leaves are passed over. Leaves are scaled by their
 * largest entry first, so that squares neither overflow nor vanish. NaN or ∞ when an entry is.
 * @example norm([tensor([3]), tensor([4])])   // f64[] 5
 */
export function norm(tree: unknown): Tensor {
  const leaves = gradientsOf('norm', tree).leaves.flatMap((g) =>
    g === null || g.size === 0 ? [] : [cast(g, 'float64')],
  );
  if (leaves.length === 0) return zeros([]);
  const largest = leaves.map((g) => max(abs(g))).reduce((a, b) => maximum(a, b));
  const scale = where(logicalAnd(finite(largest), greater(largest, 0)), largest, 1);
  const squares = leaves.map((g) => sum(square(div(g, scale)))).reduce((a, b) => add(a, b));
  return mul(scale, sqrt(squares));
}

/**
 * Scales all gradients together so that their norm is at most `limit`: g · min(1, limit / norm).
 *
 * Shapes: as given. Gradients whose norm is within the limit keep their bits. When the norm is not finite nothing is
 * scaled, since no factor would help: look at `norm`, and at `nonFinite(grads)` for the leaf. Null leaves stay null.
 * Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", 2013.
 * @throws ArgumentError unless the limit is a number above 0.
 * @example clipByNorm([tensor([3]), tensor([4])], 1).grads[1]   // f64[1] [0.8]
 */
export function clipByNorm<G>(grads: G, limit: number): Clipped<G> {
  checkLimit('clipByNorm', limit);
  const total = norm(grads);
  const factor = where(finite(total), div(limit, maximum(total, limit)), 1);
  return { grads: mapGradients('clipByNorm', grads, (g) => mul(g, cast(factor, g.dtype))), norm: total };
}

/**
 * Every entry into [−limit, limit]; NaN stays NaN.
 *
 * Shapes: as given. Null leaves stay null.
 * @throws ArgumentError unless the limit is a number above 0.
 * @example clipByValue(tensor([-3, 0.5, 4]), 1)   // f64[3] [-1, 0.5, 1]
 */
export function clipByValue<G>(grads: G, limit: number): G {
  checkLimit('clipByValue', limit);
  return mapGradients('clipByValue', grads, (g) => clip(g, -limit, limit));
}

/**
 * The path of the first leaf with an entry that is NaN or infinite; null when there is none.
 *
 * @example nonFinite({ W: tensor([1]), b: tensor([NaN]) })   // b
 */
export function nonFinite(tree: unknown): string | null {
  const { leaves, paths } = gradientsOf('nonFinite', tree);
  const at = leaves.findIndex((g) => g !== null && !g.concrete('nonFinite').storage.every(Number.isFinite));
  return at < 0 ? null : (paths[at] ?? null);
}

const gradientsOf = (op: string, tree: unknown) =>
  flatten(op, tree, (value): value is Tensor | null => value === null || value instanceof Tensor);

function mapGradients<G>(op: string, grads: G, f: (g: Tensor) => Tensor): G {
  const flat = gradientsOf(op, grads);
  return flat.rebuild(flat.leaves.map((g) => g && f(g))) as G; // same structure
}

function checkLimit(op: string, limit: unknown): void {
  if (typeof limit === 'number' && limit > 0 && limit < Infinity) return;
  throw new ArgumentError(op, `the limit is ${String(limit)}, not a number above 0.`);
}

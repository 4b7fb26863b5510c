/** @file What `scan` asks of its sequences and of what a step returns. */
import { ArgumentError, formatType, ShapeError, sameType, type Tensor, TreeError } from '@throughline/tensor';
import { flatten, inOrderOf, refusePromise } from '../tree.ts';
import type { Step } from './scan.ts';

export type Sequences = ReturnType<typeof flatten<Tensor>>;

/** The number of steps, from the sequences or as given. */
export function commonLength(leaves: readonly Tensor[], paths: readonly string[], given: number | undefined): number {
  leaves.forEach((leaf, i) => {
    if (leaf.rank === 0)
      throw new ShapeError('scan', `${paths[i]} is ${formatType(leaf)}: a sequence needs a leading axis.`);
  });
  const lengths = leaves.map((leaf) => leaf.shape[0] as number); // rank > 0
  const length = given ?? lengths[0];
  if (length === undefined || !Number.isInteger(length) || length < 0) {
    throw new ArgumentError('scan', 'the number of steps is not known. Pass sequences or { length }.');
  }
  const other = lengths.findIndex((extent) => extent !== length);
  if (other >= 0) throw new ArgumentError('scan', `${paths[other]} has ${lengths[other]} steps, expected ${length}.`);
  return length;
}

/** A step on the leaves of trees. */
export interface FlatStep {
  run(carry: readonly Tensor[], x: readonly Tensor[], t: number): { carry: readonly Tensor[]; ys: readonly Tensor[] };
  /** The first y that it gave: the structure of all. */
  readonly y: Sequences | undefined;
}

/** A user's step as one on leaves, which checks what it gives: every carry is like the first, and every y like the first. */
export function flatStep<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  before: Sequences,
  xs: Sequences,
): FlatStep {
  let first: Sequences | undefined;
  let firstTree: unknown;
  return {
    get y() {
      return first;
    },
    run(carry, x, t) {
      const result = step(before.rebuild(carry) as C, xs.rebuild(x) as X); // structures of C and X
      const after = nextCarry(init, before, result);
      firstTree ??= result.y ?? {};
      const y = flatten('scan', inOrderOf(firstTree, result.y ?? {}), undefined, 'y');
      first ??= y;
      checkY(first, y, t);
      return { carry: after.leaves, ys: y.leaves };
    },
  };
}

/** The carry that a step gave, with its keys in the order of the first. Throws unless it has the first's structure and types. */
function nextCarry<C>(init: C, before: Sequences, result: Step<C, unknown>): Sequences {
  refusePromise('scan', result, 'step');
  if (typeof result !== 'object' || result === null || !('carry' in result)) {
    throw new TreeError('scan', 'step must return { carry, y }.');
  }
  return keepCarry('scan', 'step', init, before, result.carry);
}

/** What `f` made of a carry, in the structure and types of the first one; throws, as `op`, when it has others. */
export function keepCarry<C>(op: string, f: string, init: C, before: Sequences, result: C): Sequences {
  let after = flatten(op, result, undefined, 'carry');
  if (after.structure !== before.structure) {
    const given = after.structure;
    after = flatten(op, inOrderOf(init, result), undefined, 'carry');
    if (after.structure !== before.structure) {
      throw new TreeError(op, `the carry enters ${f} as ${before.structure} but leaves it as ${given}.`);
    }
  }
  after.leaves.forEach((leaf, i) => {
    const entered = before.leaves[i] as Tensor; // same structure
    if (sameType(leaf, entered)) return;
    const what = leaf.dtype === entered.dtype ? 'shapes differ' : 'dtypes differ';
    const remedy = leaf.dtype === entered.dtype ? '' : ` Cast inside ${f}, or start from a ${leaf.dtype} carry.`;
    const path = after.paths[i] === '' ? 'carry' : after.paths[i];
    throw new ShapeError(
      op,
      `${path} enters ${f} as ${formatType(entered)} but leaves it as ${formatType(leaf)}: ${what}.${remedy}`,
    );
  });
  return after;
}

/** Throws unless a step's y has the structure and types of the one before it: a loop has one body. */
function checkY(first: Sequences, y: Sequences, t: number): void {
  const remedy = 'Return the same tree in every step, and choose between values with where.';
  if (y.structure !== first.structure) {
    throw new TreeError('scan', `y is ${y.structure} at step ${t}, but ${first.structure} before. ${remedy}`);
  }
  y.leaves.forEach((leaf, i) => {
    const type = first.leaves[i] as Tensor; // same structure
    if (sameType(leaf, type)) return;
    throw new ShapeError(
      'scan',
      `${y.paths[i]} is ${formatType(leaf)} at step ${t}, but ${formatType(type)} before. Give it one shape and dtype in every step.`,
    );
  });
}

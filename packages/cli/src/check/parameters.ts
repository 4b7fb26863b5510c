import { flatten, key } from '@throughline/autograd';
import type { AnyCell } from '@throughline/rnn';
import { dimsOf } from './probe.ts';

/** How many tensors and numbers a cell's parameters are. */
export function countParameters(cell: AnyCell, hidden: number): { readonly tensors: number; readonly numbers: number } {
  return countLeaves(cell.init(key(0), dimsOf({ hidden })));
}

/** How many tensors and numbers a tree is. */
export function countLeaves(tree: unknown): { readonly tensors: number; readonly numbers: number } {
  const { leaves } = flatten('check', tree);
  return { tensors: leaves.length, numbers: leaves.map(({ size }) => size).reduce((a, b) => a + b, 0) };
}

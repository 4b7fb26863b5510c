import { concat } from '@throughline/autograd';
import { full, ones, type Tensor, zeros } from '@throughline/tensor';
import type { Task, TaskBatch } from './task.ts';

/** A symbol sequence and what it is to be turned into, for an encoder with a decoder. */
export interface Transduction {
  /** int32 [S, B]. */
  readonly source: Tensor;
  /** int32 [U, B]. */
  readonly target: Tensor;
}

/**
 * A task of turning one sequence into another. As pairs it is for an encoder with a decoder; as batches it is for any cell:
 * the source, then U steps that ask (the symbol after all of the source's), at which the target is said.
 */
export interface TransductionTask extends Task {
  /** Different symbols of sources and targets. */
  readonly sourceSymbols: number;
  readonly targetSymbols: number;
  /** Sources and targets; `size` of them, or as many as the task was made with. */
  pairs(key: Tensor, size?: number): Transduction;
}

/** Pairs as a batch for a cell: the source, then steps that ask. */
export function askedAfter({ source, target }: Transduction, ask: number): TaskBatch {
  const [S, B] = source.shape as [number, number]; // [S, B]
  const asked = target.shape;
  return {
    inputs: concat([source, full(asked, ask, 'int32')], 0),
    targets: concat([zeros([S, B], 'int32'), target], 0),
    weights: concat([zeros([S, B], 'bool'), ones(asked, 'bool')], 0),
  };
}

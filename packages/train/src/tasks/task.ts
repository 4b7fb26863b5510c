import type { Tensor } from '@throughline/tensor';

/** What a guess that has learned nothing costs. */
export interface Baseline {
  /** In the units of the task's loss. */
  readonly value: number;
  /** Whose loss it is: 'the best constant', 'guessing each symbol evenly'. */
  readonly what: string;
}

/** Sequences with what a model should say of them. Time comes first, then the sequences side by side. */
export interface TaskBatch {
  /** float64 [T, B, I], or symbols: int32 [T, B]. */
  readonly inputs: Tensor;
  /** At the end: float64 [B, O], or classes, int32 [B]. At every step: [T, B, O], or [T, B]. */
  readonly targets: Tensor;
  /** bool, of the classes' shape: those that count. All of them without. */
  readonly weights?: Tensor;
  /** int32 [B]: the steps that each sequence has; what comes after is padding. T each without. */
  readonly lengths?: Tensor;
}

/** What counts as solved. */
export interface Success {
  /** What is counted: 'sums within 0.04'. */
  readonly what: string;
  /** The fraction that the baseline's guess gets right; null where nobody has said. */
  readonly chance: number | null;
  /** The fraction that is right: [], float64. Traceable. */
  of(outputs: Tensor, batch: TaskBatch): Tensor;
}

/**
 * A problem to learn: where sequences come from, what an answer costs, and what it costs to have learned nothing.
 *
 * `batch` is a pure function of its key, so that a run can be repeated; `taskLoss` and `cellModel` read the rest.
 */
export interface Task<B extends TaskBatch = TaskBatch> {
  readonly name: string;
  /** Steps of a sequence, padding and the answer's steps included. */
  readonly steps: number;
  /** What comes in at each step: this many numbers, or one of this many symbols. */
  readonly takes: { readonly numbers: number } | { readonly symbols: number };
  /** Numbers that a model gives: the answer's own, or one logit for each class. */
  readonly outputs: number;
  /** Whether a model answers once, after the last step, or at every step. */
  readonly answers: 'at the end' | 'at every step';
  readonly loss: 'meanSquaredError' | 'crossEntropy';
  /** The best answer that does not look at the sequence, or another guess without memory: `what` says which. */
  readonly baseline: Baseline;
  /** Other losses worth knowing: a better guess, the least that is possible. */
  readonly others: readonly Baseline[];
  readonly success: Success;
  /** Fresh sequences; `size` of them, or as many as the task was made with. The same key gives the same batch. */
  batch(key: Tensor, size?: number): B;
  /** Where batches come from one text or series: sequences from a part of it that `batch` never takes from. */
  heldOut?(key: Tensor, size?: number): B;
}

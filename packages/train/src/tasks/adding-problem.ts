import { add, mul, reshape, splitKey, stack, sum, uniform } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { checkCount } from './check.ts';
import { marks } from './marks.ts';

/** A batch of sequences with what a model should say at their end. */
export interface SequenceBatch {
  /** [T, B, I]. */
  readonly inputs: Tensor;
  /** [B, O]. */
  readonly targets: Tensor;
}

/** Options of `addingProblem`. */
export interface AddingOptions {
  /** Steps per sequence, at least 2. */
  readonly T: number;
  /** Sequences per batch. */
  readonly batch: number;
  /** What the numbers and places are drawn from. */
  readonly key: Tensor;
  readonly dtype?: 'float64' | 'float32';
}

/**
 * The mean squared error of the best constant answer to the adding problem, 1: the variance of a sum of two independent
 * uniform numbers, 2 · 1/12.
 */
export const addingBaseline: number = 1 / 6;

/**
 * A batch of the adding problem: remember two marked numbers of a long sequence and give their sum.
 *
 * Channel 0 of the inputs holds numbers uniform in [0, 1), channel 1 is 1 at two places and 0 elsewhere: one place drawn
 * from the first half of the steps (the first ⌊T/2⌋), one from the rest. Shapes: inputs [T, batch, 2], targets
 * [batch, 1]. The same key gives the same batch: use `foldIn(key, step)` for a new one at each step.
 * Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997; in this form Le, Jaitly, Hinton, "A simple way to
 * initialize recurrent networks of rectified linear units", 2015.
 * @throws ArgumentError when T or batch is too small; DTypeError unless the key is int32[2].
 * @example addingProblem({ T: 60, batch: 32, key: key(7) }).inputs.shape.join()   // 60,32,2
 */
export function addingProblem({ T, batch, key, dtype = 'float64' }: AddingOptions): SequenceBatch {
  checkCount('addingProblem', 'T', T, 2);
  checkCount('addingProblem', 'batch', batch);
  const [forValues, forFirst, forSecond] = splitKey(key, 3) as [Tensor, Tensor, Tensor]; // three asked for
  const half = T >> 1;
  const values = uniform(forValues, [T, batch], { dtype });
  const markers = add(marks(forFirst, batch, 0, half, T, dtype), marks(forSecond, batch, half, T - half, T, dtype));
  return {
    inputs: stack([values, markers], 2),
    targets: reshape(sum(mul(values, markers), 0), [batch, 1]),
  };
}

import { cast, less, mul, normal, reshape, splitKey, sub, where } from '@throughline/autograd';
import { arange, type Tensor } from '@throughline/tensor';
import { closerThan } from './answer.ts';
import { checkCount } from './check.ts';
import { integers, longest, within } from './draw.ts';
import type { Task } from './task.ts';

/** Options of `twoSequenceTask`. */
export interface TwoSequenceOptions {
  /** The least length: 50 by default, 100 and 1000 as published. */
  readonly T?: number;
  /** How many of the first steps tell the class: 3 by default; at most T. */
  readonly N?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * The two-sequence problem: the first N numbers are all 1 or all −1, then comes noise on the same line; which was it?
 *
 * T to T + T/10 numbers; the noise is normal with mean 0 and variance 0.2; the target is 1 or 0, as likely as each other, and
 * an answer is right within 0.2. The baseline, always ½, costs ¼. *An easy problem*: Hochreiter and Schmidhuber found that
 * guessing weights at random solves it in fewer trials than any method that learns.
 * Shapes: inputs float64 [T + T/10, B, 1] with `lengths`, targets [B, 1].
 * Source: task 3a of Hochreiter, Schmidhuber, "Long short-term memory", 1997, after Bengio, Simard, Frasconi, 1994.
 * @throws ArgumentError for an option out of range.
 * @example twoSequenceTask({ T: 100 }).batch(key(1), 2).inputs.shape.join()   // 110,2,1
 */
export function twoSequenceTask({ T = 50, N = 3, batch = 32 }: TwoSequenceOptions = {}): Task {
  checkCount('twoSequenceTask', 'T', T);
  checkCount('twoSequenceTask', 'N', N, 1, T);
  checkCount('twoSequenceTask', 'batch', batch);
  const steps = longest(T);
  return {
    name: 'two-sequence',
    steps,
    takes: { numbers: 1 },
    outputs: 1,
    answers: 'at the end',
    loss: 'meanSquaredError',
    baseline: { value: 0.25, what: 'the best constant, ½' },
    others: [],
    success: { what: 'answers within 0.2', chance: 0, of: closerThan(0.2) },
    batch(key, size = batch) {
      checkCount('twoSequenceTask', 'batch', size);
      const [forLengths, forClass, forNoise] = splitKey(key, 3) as [Tensor, Tensor, Tensor]; // three asked for
      const lengths = integers(forLengths, [size], T, steps - T + 1);
      const isFirst = cast(integers(forClass, [size], 0, 2), 'float64');
      const tells = less(reshape(arange(steps, 'int32'), [steps, 1]), N);
      const noise = mul(normal(forNoise, [steps, size]), Math.sqrt(0.2));
      const values = where(tells, sub(mul(isFirst, 2), 1), noise);
      const inputs = reshape(where(within(lengths, steps), values, 0), [steps, size, 1]);
      return { inputs, lengths, targets: reshape(isFirst, [size, 1]) };
    },
  };
}

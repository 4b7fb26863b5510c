import { mul, reshape } from '@throughline/autograd';
import { closerThan } from './answer.ts';
import { checkCount } from './check.ts';
import { longest } from './draw.ts';
import { hiddenMark, leastMarked, markedNumbers } from './marked-numbers.ts';
import type { Task } from './task.ts';

/** Options of `multiplicationTask`. */
export interface MultiplicationOptions {
  /** The least length, at least 4: 50 by default. */
  readonly T?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * The multiplication problem: remember two marked numbers of a long sequence and give their product, which no sum over time
 * makes.
 *
 * Sequences as in `addingTask`, form 1997, with numbers in [0, 1). A number whose mark falls on the first step counts as 1,
 * with probability p (there), so that the best constant costs (1 − p)/9 + p/3 − ((1 − p)/4 + p/2)²; without that,
 * 1/9 − 1/16 = 7/144. An answer is right within 0.04. Shapes: inputs [T + T/10, B, 2] with `lengths`, targets [B, 1].
 * Source: task 5 of Hochreiter, Schmidhuber, "Long short-term memory", 1997.
 * @throws ArgumentError for an option out of range.
 * @example multiplicationTask({ T: 100 }).baseline.value.toFixed(3)   // 0.059
 */
export function multiplicationTask({ T = 50, batch = 32 }: MultiplicationOptions = {}): Task {
  checkCount('multiplicationTask', 'T', T, leastMarked);
  checkCount('multiplicationTask', 'batch', batch);
  const p = hiddenMark(T);
  const mean = (1 - p) / 4 + p / 2;
  return {
    name: 'multiplication',
    steps: longest(T),
    takes: { numbers: 2 },
    outputs: 1,
    answers: 'at the end',
    loss: 'meanSquaredError',
    baseline: { value: (1 - p) / 9 + p / 3 - mean * mean, what: 'the best constant, the mean' },
    others: [],
    success: { what: 'products within 0.04', chance: null, of: closerThan(0.04) },
    batch(key, size = batch) {
      checkCount('multiplicationTask', 'batch', size);
      const { inputs, lengths, first, second } = markedNumbers(key, T, size, 0, 1);
      return { inputs, lengths, targets: reshape(mul(first, second), [size, 1]) };
    },
  };
}

import { add, mul, reshape } from '@throughline/autograd';
import { addingBaseline, addingProblem } from './adding-problem.ts';
import { closerThan } from './answer.ts';
import { checkChoice, checkCount } from './check.ts';
import { longest } from './draw.ts';
import { hiddenMark, leastMarked, markedNumbers } from './marked-numbers.ts';
import type { Task } from './task.ts';

/** Options of `addingTask`. */
export interface AddingTaskOptions {
  /** Steps per sequence: at least 2, and 4 in the form of 1997, where it is the least length. 50 by default. */
  readonly T?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
  /** '2015' by default. */
  readonly form?: '2015' | '1997';
}

/**
 * The adding problem: remember two marked numbers of a long sequence and give their sum.
 *
 * Form 2015 (Le, Jaitly, Hinton): T numbers uniform in [0, 1), one marked in each half; the target is their sum, the
 * baseline its variance, 1/6. Form 1997 (task 4 of Hochreiter, Schmidhuber): T to T + T/10 numbers in [−1, 1), one of the first
 * ten marked and one of the first T/2, the ends marked by −1; the target is 0.5 + (X₁ + X₂)/4. A number whose mark falls on
 * the first step counts as 0, which happens with probability p = 1/10 + 9/10 · 1/(T/2 − 1), so that the baseline is
 * (2 − p)/48; without that, 1/24. An answer is right within 0.04, as there.
 * Shapes: inputs [T, B, 2] (1997: [T + T/10, B, 2] with `lengths`), targets [B, 1].
 * Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997; Le, Jaitly, Hinton, "A simple way to initialize recurrent
 * networks of rectified linear units", 2015.
 * @throws ArgumentError for an option out of range.
 * @example addingTask({ T: 100, form: '1997' }).batch(key(1), 3).inputs.shape.join()   // 110,3,2
 */
export function addingTask({ T = 50, batch = 32, form = '2015' }: AddingTaskOptions = {}): Task {
  checkChoice('addingTask', 'form', form, ['2015', '1997']);
  checkCount('addingTask', 'T', T, form === '2015' ? 2 : leastMarked);
  checkCount('addingTask', 'batch', batch);
  const shared = { name: 'adding', takes: { numbers: 2 }, outputs: 1, answers: 'at the end', others: [] } as const;
  const what = 'the best constant, the mean';
  if (form === '2015') {
    return {
      ...shared,
      steps: T,
      loss: 'meanSquaredError',
      baseline: { value: addingBaseline, what },
      // A sum of two uniform numbers is within 0.04 of 1 with probability 1 − 0.96².
      success: { what: 'sums within 0.04', chance: 1 - 0.96 * 0.96, of: closerThan(0.04) },
      batch(key, size = batch) {
        checkCount('addingTask', 'batch', size);
        return addingProblem({ T, batch: size, key });
      },
    };
  }
  return {
    ...shared,
    steps: longest(T),
    loss: 'meanSquaredError',
    baseline: { value: (2 - hiddenMark(T)) / 48, what },
    success: { what: 'sums within 0.04', chance: chanceOf1997(T), of: closerThan(0.04) },
    batch(key, size = batch) {
      checkCount('addingTask', 'batch', size);
      const { inputs, lengths, first, second } = markedNumbers(key, T, size, -1, 0);
      return { inputs, lengths, targets: reshape(add(mul(add(first, second), 0.25), 0.5), [size, 1]) };
    },
  };
}

/** |X₁ + X₂| < 0.16 for two numbers in [−1, 1), or for one when the other's mark is hidden. */
function chanceOf1997(T: number): number {
  const p = hiddenMark(T);
  return (1 - p) * (1 - (1 - 0.08) * (1 - 0.08)) + p * 0.16;
}

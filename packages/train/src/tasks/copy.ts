import { concat } from '@throughline/autograd';
import { full, type Tensor } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers } from './draw.ts';
import { ln } from './entropy.ts';
import type { Task, TaskBatch } from './task.ts';

/** Options of `copyTask`. */
export interface CopyOptions {
  /** Blank steps between the symbols and their copy, at least 1: 30 by default. */
  readonly T?: number;
  /** Symbols to remember: 10 by default. */
  readonly length?: number;
  /** Different symbols, at least 2: 8 by default. */
  readonly symbols?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * The copy task: read ten symbols, wait T steps, and say them again.
 *
 * Inputs: `length` symbols 0 … symbols − 1, T − 1 blanks (id `symbols`), the sign to begin (id `symbols` + 1), `length` blanks.
 * Targets: T + `length` blanks, then the symbols. Every step counts in the loss, so that who has no memory and knows when to
 * speak pays length · ln(symbols) / (T + 2 length): 10 ln 8 / (T + 20) as published. Success counts the copies only.
 * Shapes: inputs and targets int32 [T + 2 length, B].
 * Source: Hochreiter, Schmidhuber, 1997; in this form Arjovsky, Shah, Bengio, "Unitary evolution recurrent neural networks",
 * 2016.
 * @throws ArgumentError for an option out of range.
 * @example copyTask({ T: 100 }).baseline.value.toFixed(4)   // 0.1733
 */
export function copyTask({ T = 30, length = 10, symbols = 8, batch = 32 }: CopyOptions = {}): Task {
  for (const [name, value] of Object.entries({ T, length, batch })) checkCount('copyTask', name, value);
  checkCount('copyTask', 'symbols', symbols, 2);
  const steps = T + 2 * length;
  return {
    name: 'copy',
    steps,
    takes: { symbols: symbols + 2 },
    outputs: symbols + 1,
    answers: 'at every step',
    loss: 'crossEntropy',
    baseline: { value: (length * ln(symbols)) / steps, what: 'blanks, then each symbol evenly' },
    others: [],
    success: {
      what: 'symbols copied',
      chance: 1 / symbols,
      of: (outputs, batch) => rightCopies(outputs, batch, length),
    },
    batch(key, size = batch) {
      checkCount('copyTask', 'batch', size);
      const data = integers(key, [length, size], 0, symbols);
      const steady = (count: number, id: number): Tensor => full([count, size], id, 'int32');
      return {
        inputs: concat([data, steady(T - 1, symbols), steady(1, symbols + 1), steady(length, symbols)], 0),
        targets: concat([steady(T + length, symbols), data], 0),
      };
    },
  };
}

/** The fraction that is right among the last `length` steps. */
function rightCopies(outputs: Tensor, { targets }: TaskBatch, length: number): Tensor {
  const steps = targets.shape[0] as number; // [T, B]
  return rightClasses(outputs.slice([steps - length], [steps]), { targets: targets.slice([steps - length], [steps]) });
}

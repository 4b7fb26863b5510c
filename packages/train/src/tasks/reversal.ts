import { flip } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers } from './draw.ts';
import { ln } from './entropy.ts';
import { askedAfter, type Transduction, type TransductionTask } from './transduction.ts';

/** Options of `reversalTask`. */
export interface ReversalOptions {
  /** Symbols per sequence: 8 by default. */
  readonly length?: number;
  /** Different symbols, at least 2: 8 by default. */
  readonly symbols?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * Reversal: read a sequence, then say it backwards.
 *
 * Symbols 0 … symbols − 1, `length` of them, then as many steps that ask (id `symbols`). The last symbol is wanted first, so that
 * lags run from 1 to 2 length − 1. The baseline is ln(symbols). Shapes: `pairs` are int32 [length, B] each; batches [2 length, B],
 * weights on the second half.
 * Source: as a test of sequence to sequence models Grefenstette et al., "Learning to transduce with unbounded memory", 2015.
 * @throws ArgumentError for an option out of range.
 * @example reversalTask({ length: 5 }).pairs(key(1), 2).target.shape.join()   // 5,2
 */
export function reversalTask({ length = 8, symbols = 8, batch = 32 }: ReversalOptions = {}): TransductionTask {
  checkCount('reversalTask', 'length', length);
  checkCount('reversalTask', 'symbols', symbols, 2);
  checkCount('reversalTask', 'batch', batch);
  const pairs = (key: Tensor, size = batch): Transduction => {
    checkCount('reversalTask', 'batch', size);
    const source = integers(key, [length, size], 0, symbols);
    return { source, target: flip(source, 0) };
  };
  return {
    name: 'reversal',
    steps: 2 * length,
    takes: { symbols: symbols + 1 },
    outputs: symbols,
    answers: 'at every step',
    loss: 'crossEntropy',
    baseline: { value: ln(symbols), what: 'each symbol evenly' },
    others: [],
    success: { what: 'symbols', chance: 1 / symbols, of: rightClasses },
    sourceSymbols: symbols,
    targetSymbols: symbols,
    pairs,
    batch: (key, size) => askedAfter(pairs(key, size), symbols),
  };
}

import { concat, oneHot, splitKey, sum, where } from '@throughline/autograd';
import { takeAlongAxis } from '@throughline/autograd/arrays';
import { sort } from '@throughline/autograd/order';
import { full, ones, type Tensor, zeros } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers, shuffles } from './draw.ts';
import { ln } from './entropy.ts';
import type { Task } from './task.ts';

/** Options of `selectiveCopyTask`. */
export interface SelectiveCopyOptions {
  /** Steps among which the symbols are, at least `length`: 40 by default. */
  readonly T?: number;
  /** Symbols to remember: 4 by default. */
  readonly length?: number;
  /** Different symbols, at least 2: 8 by default. */
  readonly symbols?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * Selective copying: a few symbols stand anywhere among blanks; say them in their order. The times between them differ, so
 * that whoever remembers must look at what comes in.
 *
 * Inputs: T steps of which `length`, anywhere, are symbols 0 … symbols − 1 and the others blanks (id `symbols`); then `length`
 * steps that ask (id `symbols` + 1). Only the answers to those count, so that who has no memory pays ln(symbols).
 * Published with T = 4096, 16 symbols to remember and a vocabulary of 16. Shapes: inputs and targets int32 [T + length, B],
 * weights bool.
 * Source: Gu, Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023, after Jing et al., 2019.
 * @throws ArgumentError for an option out of range.
 * @example selectiveCopyTask({ T: 60 }).baseline.value.toFixed(4)   // 2.0794
 */
export function selectiveCopyTask(options: SelectiveCopyOptions = {}): Task {
  const { T = 40, length = 4, symbols = 8, batch = 32 } = options;
  checkCount('selectiveCopyTask', 'length', length);
  checkCount('selectiveCopyTask', 'T', T, length);
  checkCount('selectiveCopyTask', 'symbols', symbols, 2);
  checkCount('selectiveCopyTask', 'batch', batch);
  return {
    name: 'selective-copy',
    steps: T + length,
    takes: { symbols: symbols + 2 },
    outputs: symbols,
    answers: 'at every step',
    loss: 'crossEntropy',
    baseline: { value: ln(symbols), what: 'each symbol evenly' },
    others: [],
    success: { what: 'symbols copied', chance: 1 / symbols, of: rightClasses },
    batch(key, size = batch) {
      checkCount('selectiveCopyTask', 'batch', size);
      const [forSymbols, forPlaces] = splitKey(key, 2) as [Tensor, Tensor]; // two asked for
      const drawn = integers(forSymbols, [T, size], 0, symbols);
      const places = sort(shuffles(forPlaces, T, size).slice([0, 0], [length, size]), 0);
      const isSymbol = sum(oneHot(places, T, 'int32'), 0)
        .transpose()
        .greater(0);
      const steady = (count: number, id: number): Tensor => full([count, size], id, 'int32');
      return {
        inputs: concat([where(isSymbol, drawn, symbols), steady(length, symbols + 1)], 0),
        targets: concat([steady(T, 0), takeAlongAxis(drawn, places, 0)], 0),
        weights: concat([zeros([T, size], 'bool'), ones([length, size], 'bool')], 0),
      };
    },
  };
}

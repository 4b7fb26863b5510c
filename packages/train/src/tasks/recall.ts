import { concat, reshape, splitKey, stack } from '@throughline/autograd';
import { takeAlongAxis } from '@throughline/autograd/arrays';
import { ones, type Tensor, zeros } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers, shuffles } from './draw.ts';
import { ln } from './entropy.ts';
import type { Task } from './task.ts';

/** Options of `recallTask`. */
export interface RecallOptions {
  /** Keys with their values: 4 by default. */
  readonly pairs?: number;
  /** Different keys, at least `pairs`: twice as many as pairs, and at least 8, by default. */
  readonly keys?: number;
  /** Different values, at least 2: 8 by default. */
  readonly values?: number;
  /** Keys that are asked, at most `pairs`: 1 by default. */
  readonly queries?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * Associative recall: read keys, each with a value; then a key comes alone: what was its value?
 *
 * Key, value, key, value, …, then the keys that are asked, one per step. Keys differ within a sequence, values need not. Keys
 * are ids 0 … keys − 1, values come after them; an answer is a class 0 … values − 1, and the baseline ln(values). What has to be
 * kept grows with the pairs, which is what makes the task a measure of a state's size.
 * Shapes: inputs int32 [2 pairs + queries, B]; one query: targets [B], at the end; more: [T, B], at the steps that ask.
 * Source: Ba, Hinton, Mnih, Leibo, Ionescu, "Using fast weights to attend to the recent past", 2016, after Graves, Wayne,
 * Danihelka, "Neural Turing machines", 2014; several queries as Arora et al., "Zoology", 2023.
 * @throws ArgumentError for an option out of range.
 * @example recallTask({ pairs: 3 }).batch(key(1), 2).inputs.shape.join()   // 7,2
 */
export function recallTask(options: RecallOptions = {}): Task {
  const { pairs = 4, values = 8, queries = 1, batch = 32 } = options;
  checkCount('recallTask', 'pairs', pairs);
  const { keys = Math.max(8, 2 * pairs) } = options;
  checkCount('recallTask', 'keys', keys, pairs);
  checkCount('recallTask', 'values', values, 2);
  checkCount('recallTask', 'queries', queries, 1, pairs);
  checkCount('recallTask', 'batch', batch);
  const read = 2 * pairs;
  return {
    name: 'recall',
    steps: read + queries,
    takes: { symbols: keys + values },
    outputs: values,
    answers: queries === 1 ? 'at the end' : 'at every step',
    loss: 'crossEntropy',
    baseline: { value: ln(values), what: 'each value evenly' },
    others: [],
    success: { what: 'values', chance: 1 / values, of: rightClasses },
    batch(key, size = batch) {
      checkCount('recallTask', 'batch', size);
      const [forKeys, forValues, forQueries] = splitKey(key, 3) as [Tensor, Tensor, Tensor]; // three asked for
      const held = shuffles(forKeys, keys, size).slice([0], [pairs]);
      const paired = integers(forValues, [pairs, size], 0, values);
      const asked = shuffles(forQueries, pairs, size).slice([0], [queries]);
      const both = reshape(stack([held, paired.add(keys)], 1), [read, size]);
      const inputs = concat([both, takeAlongAxis(held, asked, 0)], 0);
      const answers = takeAlongAxis(paired, asked, 0);
      if (queries === 1) return { inputs, targets: reshape(answers, [size]) };
      return {
        inputs,
        targets: concat([zeros([read, size], 'int32'), answers], 0),
        weights: concat([zeros([read, size], 'bool'), ones([queries, size], 'bool')], 0),
      };
    },
  };
}

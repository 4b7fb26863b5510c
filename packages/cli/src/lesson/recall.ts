import {
  argmax,
  cast,
  concat,
  equal,
  floor,
  foldIn,
  mean,
  minimum,
  mul,
  reshape,
  uniform,
} from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import type { Task } from '@throughline/train';

/** Options of `recallTask`. */
export interface RecallOptions {
  /** Steps between the symbol and the answer. */
  readonly lag: number;
  readonly batch?: number;
}

/** Symbols to remember, and as many others to be distracted by. */
const symbols = 4;

/**
 * One of four symbols, then `lag` steps of four others, drawn at random; at the end: which of the first four was it?
 *
 * Shapes: inputs int32 [lag + 1, B], targets int32 [B]. The distance between cause and answer is the same in all sequences,
 * which adding and temporal order do not have.
 */
export function recallTask({ lag, batch = 32 }: RecallOptions): Task {
  return {
    name: 'recall',
    steps: lag + 1,
    takes: { symbols: 2 * symbols },
    outputs: symbols,
    answers: 'at the end',
    loss: 'crossEntropy',
    baseline: { value: Math.log(symbols), what: 'guessing each symbol evenly' },
    others: [],
    success: {
      what: 'symbols recalled',
      chance: 1 / symbols,
      of: (outputs, { targets }) => mean(cast(equal(argmax(outputs, -1), targets), 'float64')),
    },
    batch(key, size = batch) {
      const first = draw(foldIn(key, 0), [1, size], 0);
      const rest = draw(foldIn(key, 1), [lag, size], symbols);
      return { inputs: concat([first, rest], 0), targets: reshape(first, [size]) };
    },
  };
}

/** int32, from `low` on. */
const draw = (key: Tensor, shape: readonly number[], low: number): Tensor =>
  cast(minimum(floor(mul(uniform(key, shape), symbols)), symbols - 1).add(low), 'int32');

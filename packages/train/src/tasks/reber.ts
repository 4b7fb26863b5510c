import {
  add,
  argmax,
  cast,
  equal,
  gather,
  less,
  logicalAnd,
  mul,
  reshape,
  scan,
  sub,
  sum,
} from '@throughline/autograd';
import { arange, full, type Tensor, tensor } from '@throughline/tensor';
import { checkCount } from './check.ts';
import { integers } from './draw.ts';
import { entropy, ln } from './entropy.ts';
import type { Task, TaskBatch } from './task.ts';

/** Options of `reberTask`. */
export interface ReberOptions {
  /** The most steps, at least 8: longer strings are cut. 24 by default. */
  readonly T?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/** The symbols; an id is a place in it. */
const alphabet = 'BTPSXVE';

/** Reber's grammar: at each node one or two symbols, each with the node after it. Node 6 is the last. */
const inner: readonly (readonly (readonly [symbol: string, next: number])[])[] = [
  [['B', 1]],
  [
    ['T', 2],
    ['P', 3],
  ],
  [
    ['S', 2],
    ['X', 4],
  ],
  [
    ['T', 3],
    ['V', 5],
  ],
  [
    ['X', 3],
    ['S', 6],
  ],
  [
    ['P', 4],
    ['V', 6],
  ],
  [['E', 7]],
];

/** Ways on: two for each state, as likely as each other; the same one twice where there is no choice. */
type Ways = readonly (readonly [symbol: number, next: number])[];

/**
 * The embedded grammar: B, then T or P, then a string of the inner one, then the same T or P again, then E. States 0 and 1
 * begin; 2 … 9 go through the inner grammar after T (its node 7: about to repeat T), 10 … 17 after P; 18 ends, 19 has ended.
 */
const states: readonly Ways[] = (() => {
  const id = (symbol: string): number => alphabet.indexOf(symbol);
  const two = (ways: readonly (readonly [string, number])[]): Ways => {
    const named = ways.map(([symbol, next]) => [id(symbol), next] as const);
    return named.length === 2 ? named : [...named, ...named];
  };
  const branch = (symbol: string, from: number) => [
    ...inner.map((ways) => two(ways.map(([name, next]) => [name, from + next]))),
    two([[symbol, 18]]),
  ];
  const begin = [two([['B', 1]]), two(['T', 'P'].map((symbol, i) => [symbol, 2 + 8 * i]))];
  return [...begin, ...branch('T', 2), ...branch('P', 10), two([['E', 19]]), two([['E', 19]])];
})();

const done = 19;

/**
 * The embedded Reber grammar: predict the next symbol of strings like BTBTXSETE, whose last but one symbol is the second
 * one again, however long the string between them is.
 *
 * The string between is from Reber's grammar (two ways on at each node but the first and last, each taken half the time). Its
 * choices cannot be predicted: the least possible loss (`others`) is exact, ln 2 for every choice. The baseline is the best
 * guess that sees the last symbol only, exact too. Who learns the grammar but does not remember the second symbol gets half of
 * the closing ones; success counts those.
 * Shapes: inputs and targets int32 [T, B], ids places in BTPSXVE; weights bool, false past the end; `lengths`.
 * Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997, task 1, after Smith, Zipser, 1989, and Fahlman, 1991.
 * @throws ArgumentError for an option out of range.
 * @example reberTask().others[0].value.toFixed(4)   // 0.4414
 */
export function reberTask({ T = 24, batch = 32 }: ReberOptions = {}): Task {
  checkCount('reberTask', 'T', T, 8);
  checkCount('reberTask', 'batch', batch);
  const numbers = (of: (way: readonly [number, number]) => number): Tensor =>
    tensor(Int32Array.from(states.flat(), of), { dtype: 'int32' });
  const [symbols, nexts] = [numbers(([symbol]) => symbol), numbers(([, next]) => next)];
  const { least, bigram } = costs(T);
  return {
    name: 'reber',
    steps: T,
    takes: { symbols: alphabet.length },
    outputs: alphabet.length,
    answers: 'at every step',
    loss: 'crossEntropy',
    baseline: { value: bigram, what: 'the best guess from the last symbol alone' },
    others: [
      { value: least, what: 'the least possible: the grammar’s own entropy' },
      { value: ln(alphabet.length), what: 'each symbol evenly' },
    ],
    success: { what: 'closing symbols', chance: 0.5, of: rightClosing },
    batch(key, size = batch) {
      checkCount('reberTask', 'batch', size);
      const walk = (state: Tensor, choice: Tensor): { carry: Tensor; y: { symbol: Tensor; state: Tensor } } => {
        const way = add(mul(state, 2), choice);
        return { carry: gather(nexts, way), y: { symbol: gather(symbols, way), state } };
      };
      const { ys } = scan(walk, full([size], 0, 'int32'), integers(key, [T + 1, size], 0, 2));
      const weights = less(ys.state, done).slice([1], [T + 1]);
      return {
        inputs: ys.symbol.slice([0], [T]),
        targets: ys.symbol.slice([1], [T + 1]),
        weights,
        lengths: sum(cast(weights, 'int32'), 0),
      };
    },
  };
}

/** The fraction of strings, of those that end within the steps, whose last but one symbol is right. */
function rightClosing(outputs: Tensor, { targets, lengths }: Pick<TaskBatch, 'targets' | 'lengths'>): Tensor {
  const T = targets.shape[0] as number; // [T, B]
  const ends = lengths ?? full([1], T, 'int32'); // this task's have them
  const isClosing = equal(reshape(arange(T, 'int32'), [T, 1]), sub(ends, 2));
  const counted = cast(logicalAnd(isClosing, less(ends, T)), 'float64');
  const right = cast(equal(argmax(outputs, -1), targets), 'float64');
  return sum(mul(right, counted)).div(sum(counted));
}

/** The least loss, and that of the best guess from one symbol, from the distribution over states at each step. */
function costs(T: number): { least: number; bigram: number } {
  let at = states.map((_, state): number => (state === 0 ? 1 : 0));
  const pairs = Array.from(alphabet, () => new Array<number>(alphabet.length).fill(0));
  let [choices, counted] = [0, 0];
  for (let t = 0; t < T; t++) {
    const after = states.map(() => 0);
    at.forEach((p, state) => {
      for (const [symbol, next] of state === done ? [] : (states[state] ?? [])) {
        after[next] = (after[next] ?? 0) + p / 2;
        if (next === done) continue;
        const ways = states[next] ?? [];
        if (ways[0]?.[0] !== ways[1]?.[0]) choices += p / 2;
        counted += p / 2;
        for (const [following] of ways) {
          const row = pairs[symbol] ?? [];
          row[following] = (row[following] ?? 0) + p / 4;
        }
      }
    });
    at = after;
  }
  const conditional = pairs.reduce((total, row) => {
    const sumOfRow = row.reduce((a, b) => a + b, 0);
    return total + (sumOfRow === 0 ? 0 : sumOfRow * entropy(row.map((p) => p / sumOfRow)));
  }, 0);
  return { least: (choices * ln(2)) / counted, bigram: conditional / counted };
}

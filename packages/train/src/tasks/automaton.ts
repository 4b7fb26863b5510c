import { add, broadcastTo, gather, mul, remainder, reshape, scan, splitKey, where } from '@throughline/autograd';
import { arange, full, type Tensor, tensor } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkChoice, checkCount } from './check.ts';
import { integers } from './draw.ts';
import { entropy } from './entropy.ts';
import type { Task } from './task.ts';

/** A finite automaton that reads evenly drawn symbols, and what it answers. */
interface Automaton {
  readonly name: string;
  /** The function that makes the task, for messages. */
  readonly op: string;
  readonly states: number;
  /** Symbols of the even steps (the first is step 0), and after them those of the odd ones; all alike when there is one. */
  readonly symbols: readonly [number] | readonly [number, number];
  /** The state after reading a symbol. */
  next(state: number, symbol: number): number;
  readonly start: number;
  readonly classes: number;
  /** The answer in a state. */
  answer(state: number): number;
  readonly what: string;
}

/** Sizes of a task on an automaton. */
export interface AutomatonSizes {
  readonly T: number;
  readonly batch: number;
  readonly answers: Task['answers'];
}

/**
 * The task of following an automaton: symbols in, its answer at the end or after each symbol. The baseline is exact: the
 * entropy of the answers, from the distribution over states at each step.
 */
export function automatonTask(machine: Automaton, { T, batch, answers }: AutomatonSizes): Task {
  const { op, name, states, symbols, start, classes } = machine;
  checkCount(op, 'T', T);
  checkCount(op, 'batch', batch);
  checkChoice(op, 'answers', answers, ['at the end', 'at every step']);
  const all = symbols[0] + (symbols[1] ?? 0);
  const numbers = (length: number, of: (i: number) => number): Tensor =>
    tensor(
      Int32Array.from({ length }, (_, i) => of(i)),
      { dtype: 'int32' },
    );
  const table = numbers(states * all, (i) => machine.next(Math.floor(i / all), i % all));
  const answerOf = numbers(states, (state) => machine.answer(state));
  const spread = answerSpread(machine, T);
  // Where two kinds of symbols alternate, an answer is asked after the first kind only.
  const isAsked = (t: number): boolean => symbols.length === 1 || t % 2 === 0;
  const counted = answers === 'at the end' ? spread.slice(-1) : spread.filter((_, t) => isAsked(t));
  const mean = (of: (row: readonly number[]) => number): number =>
    counted.reduce((sum, row) => sum + of(row), 0) / counted.length;
  return {
    name,
    steps: T,
    takes: { symbols: all },
    outputs: classes,
    answers,
    loss: 'crossEntropy',
    baseline: { value: mean(entropy), what: 'each answer by how likely it is' },
    others: [],
    success: { what: machine.what, chance: mean((row) => Math.max(...row)), of: rightClasses },
    batch(key, size = batch) {
      checkCount(op, 'batch', size);
      const inputs = drawSymbols(key, T, size, symbols);
      const follow = (state: Tensor, x: Tensor): { carry: Tensor; y: Tensor } => {
        const after = gather(table, add(mul(state, all), x));
        return { carry: after, y: gather(answerOf, after) };
      };
      const { carry, ys } = scan(follow, full([size], start, 'int32'), inputs);
      if (answers === 'at the end') return { inputs, targets: gather(answerOf, carry) };
      if (symbols.length === 1) return { inputs, targets: ys };
      return { inputs, targets: ys, weights: broadcastTo(isEven(T), [T, size]) };
    },
  };
}

function drawSymbols(key: Tensor, T: number, size: number, [even, odd]: Automaton['symbols']): Tensor {
  const [forEven, forOdd] = splitKey(key, 2) as [Tensor, Tensor]; // two asked for
  const drawn = integers(forEven, [T, size], 0, even);
  if (odd === undefined) return drawn;
  return where(isEven(T), drawn, integers(forOdd, [T, size], even, odd));
}

/** bool [T, 1] */
const isEven = (T: number): Tensor => reshape(remainder(arange(T, 'int32'), 2).equal(0), [T, 1]);

/** How likely each answer is after each step: T rows. */
function answerSpread(
  { states, symbols: [even, odd], next, start, classes, answer }: Automaton,
  T: number,
): number[][] {
  let at = Array.from({ length: states }, (_, state): number => (state === start ? 1 : 0));
  return Array.from({ length: T }, (_, t) => {
    const [low, count] = odd !== undefined && t % 2 === 1 ? [even, odd] : [0, even];
    const after = new Array<number>(states).fill(0);
    at.forEach((p, state) => {
      if (p === 0) return;
      for (let symbol = low; symbol < low + count; symbol++) {
        const to = next(state, symbol);
        after[to] = (after[to] ?? 0) + p / count;
      }
    });
    at = after;
    const row = new Array<number>(classes).fill(0);
    at.forEach((p, state) => {
      row[answer(state)] = (row[answer(state)] ?? 0) + p;
    });
    return row;
  });
}

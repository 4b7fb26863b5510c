import {
  add,
  greaterEqual,
  less,
  mul,
  oneHot,
  splitKey,
  stack,
  sub,
  sum,
  transpose,
  uniform,
  where,
} from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { integers, longest, within } from './draw.ts';

/** Two marked numbers in a sequence of some length. */
interface MarkedNumbers {
  /** [T + T/10, B, 2]: numbers, and marks. */
  readonly inputs: Tensor;
  readonly lengths: Tensor;
  /** [B] each: the two numbers, or what stands for one whose mark cannot be seen. */
  readonly first: Tensor;
  readonly second: Tensor;
}

/** Where the two marks may be: the first on one of `early` steps, the second on one of `others` more. */
const places = (T: number) => ({ early: Math.min(10, T >> 1), others: (T >> 1) - 1 });

/** The least T of `markedNumbers`. */
export const leastMarked = 4;

/** How often one of the two marks is on the first step. */
export function hiddenMark(T: number): number {
  const { early, others } = places(T);
  return 1 / early + (1 - 1 / early) / others;
}

/**
 * The sequences of Hochreiter's and Schmidhuber's tasks 4 and 5: between T and T + T/10 numbers from `low` to 1 in channel 0;
 * in channel 1 a 1 at two steps, and −1 at the first and the last. One mark is on one of the first ten steps (T/2, when
 * that is less), the other on one of the first T/2 − 1 that are left. A mark on the first step gives way to its −1, and
 * `hidden` stands for the number.
 */
export function markedNumbers(key: Tensor, T: number, batch: number, low: number, hidden: number): MarkedNumbers {
  const [forLengths, forValues, forFirst, forSecond] = splitKey(key, 4) as [Tensor, Tensor, Tensor, Tensor]; // four asked for
  const steps = longest(T);
  const lengths = integers(forLengths, [batch], T, steps - T + 1);
  const isStep = within(lengths, steps);
  const values = where(isStep, uniform(forValues, [steps, batch], { low }), 0);
  const one = integers(forFirst, [batch], 0, places(T).early);
  const drawn = integers(forSecond, [batch], 0, places(T).others);
  const other = where(greaterEqual(drawn, one), add(drawn, 1), drawn); // passes over the step that is marked
  const mark = (at: Tensor): Tensor => transpose(oneHot(at, steps));
  const ends = add(mark(lengths.mul(0)), mark(sub(lengths, 1)));
  const marks = sub(where(ends.greater(0), 0, add(mark(one), mark(other))), ends);
  const number = (at: Tensor): Tensor => where(less(at, 1), hidden, sum(mul(values, mark(at)), 0));
  return { inputs: stack([values, marks], 2), lengths, first: number(one), second: number(other) };
}

import type { Tensor } from 'throughline';

/** An exercise: what it asks is at the top of its exercise.ts; what that file exports is the answer. */
export interface Exercise<Answer> {
  readonly title: string;
  /** How long it takes someone who has heard the lectures. */
  readonly minutes: number;
  /** From a nudge to nearly the answer. */
  readonly hints: readonly string[];
  /** What the answer shows, when it is right. @throws NotYet, saying what is wrong with it and why. */
  check(answer: Answer): string;
}

/** An answer that is plausible and wrong, and what has to be said to it. */
export interface WrongAnswer<Answer> {
  readonly what: string;
  readonly answer: Answer;
  readonly says: RegExp;
}

/** The answer is not right yet; the message says why. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}

export function notYet(why: string): never {
  throw new NotYet(why);
}

/** The largest difference between two tensors of one shape, relative to the largest entry of the second. */
export function off(a: Tensor, b: Tensor): number {
  const [xs, ys] = [a.toTypedArray(), b.toTypedArray()];
  let [difference, size] = [0, Number.MIN_VALUE];
  for (const [i, y] of ys.entries()) {
    const distance = Math.abs((xs[i] ?? Number.NaN) - y);
    if (!(distance <= difference)) difference = distance;
    size = Math.max(size, Math.abs(y));
  }
  return difference === 0 ? 0 : difference / size;
}

/** Three significant digits. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));

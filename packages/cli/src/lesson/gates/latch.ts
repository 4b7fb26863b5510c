import {
  add,
  cast,
  floor,
  greater,
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
import { cumsum } from '@throughline/autograd/order';
import type { Tensor } from '@throughline/tensor';

/** A batch of the latch. */
export interface LatchBatch {
  /** [T, B, 2]: a value at every step, and a mark at two of them. */
  readonly inputs: Tensor;
  /** [T, B]: what to say at every step. */
  readonly targets: Tensor;
  /** [T, B]: 1 where the second mark stands. */
  readonly set: Tensor;
}

/** How a latch is drawn. */
export interface LatchOptions {
  /** Steps from one mark to about the next. */
  readonly lag: number;
  readonly batch: number;
  readonly key: Tensor;
  /** ±1, or any number between. */
  readonly values: 'signs' | 'numbers';
  /** False asks for the value of the same step: the same inputs, and nothing to remember. */
  readonly memory: boolean;
}

/** The steps at the start of each half among which a mark is drawn. */
export const markSteps = (lag: number): number => Math.max(1, lag >> 2);

/**
 * Values at every step of 2 · lag, two of which are marked, one at the start of each half: say the value that was marked
 * last (0 before the first mark).
 */
export function latch({ lag, batch, key, values: kind, memory }: LatchOptions): LatchBatch {
  const T = 2 * lag;
  const [forValues, forFirst, forSecond] = splitKey(key, 3) as [Tensor, Tensor, Tensor]; // three asked for
  const drawn = uniform(forValues, [T, batch], { low: -1, high: 1 });
  const values = kind === 'signs' ? sub(mul(cast(greater(drawn, 0), 'float64'), 2), 1) : drawn;
  const mark = (from: Tensor, start: number): Tensor =>
    transpose(oneHot(cast(add(floor(mul(uniform(from, [batch]), markSteps(lag))), start), 'int32'), T));
  const [first, second] = [mark(forFirst, 0), mark(forSecond, lag)];
  const held = (marks: Tensor): Tensor => mul(cumsum(marks, 0), sum(mul(values, marks), 0));
  const last = where(greater(cumsum(second, 0), 0.5), held(second), held(first));
  return { inputs: stack([values, add(first, second)], 2), targets: memory ? last : values, set: second };
}

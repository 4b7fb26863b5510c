import { add, oneHot, splitKey, sub, transpose, where } from '@throughline/autograd';
import { type Tensor, zeros } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers, longest, within } from './draw.ts';
import { ln } from './entropy.ts';
import type { Task } from './task.ts';

/** Options of `temporalOrderTask`. */
export interface TemporalOrderOptions {
  /** The least length, at least 10: 50 by default, 100 as published. */
  readonly T?: number;
  /** Symbols whose order counts, 2 (task 6a) or 3 (6b): 2 by default. */
  readonly relevant?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/** The symbols; an id is a place in it. */
const alphabet = 'abcdXYEB';
const [X, E, B] = [4, 6, 7];

/** Where the relevant symbols may be, in hundredths of T: from, to. */
const windows: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  2: [
    [10, 20],
    [50, 60],
  ],
  3: [
    [10, 20],
    [33, 43],
    [66, 76],
  ],
};

/**
 * Temporal order: two (or three) X or Y stand far apart among symbols that mean nothing; say which came in which order.
 *
 * A sequence of T to T + T/10 symbols starts with E, ends with B and is made of a, b, c, d, but for an X or Y at a step from
 * T/10 to T/5 and one from T/2 to 3T/5 (three: T/10 to T/5, 33 to 43 % and 66 to 76 % of T). Each order is one of 4 (8) classes,
 * all as likely: the baseline is ln 4 (ln 8). Published with squared errors of output units; here with the cross entropy.
 * Shapes: inputs int32 [T + T/10, B] with `lengths`, ids places in abcdXYEB; targets int32 [B], the X and Y as binary digits.
 * Source: tasks 6a and 6b of Hochreiter, Schmidhuber, "Long short-term memory", 1997.
 * @throws ArgumentError for an option out of range.
 * @example temporalOrderTask({ T: 100, relevant: 3 }).baseline.value.toFixed(4)   // 2.0794
 */
export function temporalOrderTask({ T = 50, relevant = 2, batch = 32 }: TemporalOrderOptions = {}): Task {
  checkCount('temporalOrderTask', 'T', T, 10);
  checkCount('temporalOrderTask', 'relevant', relevant, 2, 3);
  checkCount('temporalOrderTask', 'batch', batch);
  const steps = longest(T);
  const classes = 1 << relevant;
  const places = (windows[relevant] ?? []).map(([from, to]) => [
    Math.floor((from * T) / 100),
    Math.floor((to * T) / 100),
  ]);
  return {
    name: relevant === 2 ? 'temporal-order' : 'temporal-order-3',
    steps,
    takes: { symbols: alphabet.length },
    outputs: classes,
    answers: 'at the end',
    loss: 'crossEntropy',
    baseline: { value: ln(classes), what: 'each order evenly' },
    others: [],
    success: { what: 'orders', chance: 1 / classes, of: rightClasses },
    batch(key, size = batch) {
      checkCount('temporalOrderTask', 'batch', size);
      const keys = splitKey(key, 2 + 2 * relevant);
      const lengths = integers(keys[0] as Tensor, [size], T, steps - T + 1); // as many keys as asked for, here and below
      let inputs = integers(keys[1] as Tensor, [steps, size], 0, 4);
      let order: Tensor = zeros([size], 'int32');
      places.forEach(([from = 0, to = 0], i) => {
        const at = integers(keys[2 + 2 * i] as Tensor, [size], from, to - from + 1);
        const isY = integers(keys[3 + 2 * i] as Tensor, [size], 0, 2);
        inputs = where(mark(at, steps), add(isY, X), inputs);
        order = add(order.mul(2), isY);
      });
      inputs = where(mark(lengths.mul(0), steps), E, where(mark(sub(lengths, 1), steps), B, inputs));
      return { inputs: where(within(lengths, steps), inputs, 0), lengths, targets: order };
    },
  };
}

/** bool [steps, B]: true at one step of each. */
const mark = (at: Tensor, steps: number): Tensor => transpose(oneHot(at, steps, 'bool'));

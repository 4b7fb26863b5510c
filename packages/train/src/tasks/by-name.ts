import { ArgumentError } from '@throughline/tensor';
import { addingTask } from './adding.ts';
import { copyTask } from './copy.ts';
import { cycleNavigationTask } from './cycle-navigation.ts';
import { dateTask } from './dates.ts';
import { evenPairsTask } from './even-pairs.ts';
import { forecastTask } from './forecast.ts';
import { modularArithmeticTask } from './modular-arithmetic.ts';
import { multiplicationTask } from './multiplication.ts';
import { parityTask } from './parity.ts';
import { pixelTask } from './pixels.ts';
import { reberTask } from './reber.ts';
import { recallTask } from './recall.ts';
import { reversalTask } from './reversal.ts';
import { selectiveCopyTask } from './selective-copy.ts';
import type { Task } from './task.ts';
import { temporalOrderTask } from './temporal-order.ts';
import { twoSequenceTask } from './two-sequence.ts';

/** Sizes of a task that is asked for by its name. */
export interface NamedTaskOptions {
  /** How long it is: what the task calls T, or pairs, length or size, which is what makes it long. */
  readonly T?: number;
  /** Sequences per batch. */
  readonly batch?: number;
}

type Sizes = NamedTaskOptions;
const sized = (name: string, { T, batch }: Sizes): Readonly<Record<string, number>> => ({
  ...(T === undefined ? {} : { [name]: T }),
  ...(batch === undefined ? {} : { batch }),
});

const makers: Readonly<Record<string, (sizes: Sizes) => Task>> = {
  adding: (sizes) => addingTask(sizes),
  multiplication: (sizes) => multiplicationTask(sizes),
  copy: (sizes) => copyTask(sizes),
  'selective-copy': (sizes) => selectiveCopyTask(sizes),
  'temporal-order': (sizes) => temporalOrderTask(sizes),
  'temporal-order-3': (sizes) => temporalOrderTask({ ...sizes, relevant: 3 }),
  reber: (sizes) => reberTask(sizes),
  parity: (sizes) => parityTask(sizes),
  'even-pairs': (sizes) => evenPairsTask(sizes),
  'cycle-navigation': (sizes) => cycleNavigationTask(sizes),
  'modular-arithmetic': (sizes) => modularArithmeticTask(sizes),
  'two-sequence': (sizes) => twoSequenceTask(sizes),
  recall: (sizes) => recallTask(sized('pairs', sizes)),
  pixels: (sizes) => pixelTask(sized('size', sizes)),
  'permuted-pixels': (sizes) => pixelTask({ ...sized('size', sizes), permuted: true }),
  // Six steps on, as is usual for the Mackey–Glass series: one step on, a straight line does well.
  forecast: (sizes) => forecastTask(undefined, { ...sizes, horizon: 6 }),
  reversal: (sizes) => reversalTask(sized('length', sizes)),
  dates({ T, batch }) {
    if (T !== undefined)
      throw new ArgumentError('makeTask', 'dates takes no T: its sequences have the length that they have.');
    return dateTask(batch === undefined ? {} : { batch });
  },
};

/** The names that `makeTask` knows. A text as a task is made from the text: `nextCharacter`. */
export const taskNames: readonly string[] = Object.keys(makers);

/**
 * A task by its name, at its default sizes unless told otherwise.
 *
 * @throws ArgumentError for a name that is none, listing them, and for sizes that do not fit the task.
 * @example makeTask('copy', { T: 100 }).baseline.value.toFixed(4)   // 0.1733
 */
export function makeTask(name: string, options: NamedTaskOptions = {}): Task {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make === undefined)
    throw new ArgumentError('makeTask', `there is no task '${name}'. Tasks are ${taskNames.join(', ')}.`);
  return make(options);
}

import { key } from '@throughline/autograd';
import { describe, expect, it } from 'vitest';
import * as made from '../index.ts';
import { samples } from './testing/samples.ts';

describe('tasks refuse', () => {
  it.each(Object.entries(samples))('an empty batch: %s', (_, task) => {
    expect(() => task.batch(key(1), 0)).toThrow(/^\w+: batch is 0, not an integer from 1 up\.$/);
    expect(() => task.heldOut?.(key(1), 0) ?? task.batch(key(1), 0)).toThrow(/: batch is 0/);
  });

  const cases: [what: string, make: () => unknown, message: string][] = [
    ['adding', () => made.addingTask({ T: 1 }), 'addingTask: T is 1, not an integer from 2 up.'],
    ['adding', () => made.addingTask({ T: 3, form: '1997' }), 'addingTask: T is 3, not an integer from 4 up.'],
    // @ts-expect-error no such form
    ['adding', () => made.addingTask({ form: '1996' }), "addingTask: form is '1996'. Use '2015' or '1997'."],
    [
      'multiplication',
      () => made.multiplicationTask({ T: 3 }),
      'multiplicationTask: T is 3, not an integer from 4 up.',
    ],
    ['copy', () => made.copyTask({ T: 0 }), 'copyTask: T is 0, not an integer from 1 up.'],
    ['copy', () => made.copyTask({ symbols: 1 }), 'copyTask: symbols is 1, not an integer from 2 up.'],
    ['selective copy', () => made.selectiveCopyTask({ T: 3 }), 'selectiveCopyTask: T is 3, not an integer from 4 up.'],
    ['temporal order', () => made.temporalOrderTask({ T: 9 }), 'temporalOrderTask: T is 9, not an integer from 10 up.'],
    [
      'temporal order',
      () => made.temporalOrderTask({ relevant: 4 }),
      'temporalOrderTask: relevant is 4, not an integer from 2 to 3.',
    ],
    ['reber', () => made.reberTask({ T: 7 }), 'reberTask: T is 7, not an integer from 8 up.'],
    ['parity', () => made.parityTask({ T: 0.5 }), 'parityTask: T is 0.5, not an integer from 1 up.'],
    [
      'parity',
      // @ts-expect-error no such time
      () => made.parityTask({ answers: 'now' }),
      "parityTask: answers is 'now'. Use 'at the end' or 'at every step'.",
    ],
    [
      'modular arithmetic',
      () => made.modularArithmeticTask({ T: 4 }),
      'modularArithmeticTask: T is 4: an expression ends with a digit. Use T = 5.',
    ],
    [
      'modular arithmetic',
      () => made.modularArithmeticTask({ modulus: 1 }),
      'modularArithmeticTask: modulus is 1, not an integer from 2 to 1000.',
    ],
    [
      'cycle navigation',
      () => made.cycleNavigationTask({ places: 1 }),
      'cycleNavigationTask: places is 1, not an integer from 2 up.',
    ],
    [
      'even pairs',
      () => made.evenPairsTask({ batch: Number.NaN }),
      'evenPairsTask: batch is NaN, not an integer from 1 up.',
    ],
    [
      'two sequences',
      () => made.twoSequenceTask({ T: 4, N: 5 }),
      'twoSequenceTask: N is 5, not an integer from 1 to 4.',
    ],
    ['recall', () => made.recallTask({ pairs: 4, keys: 3 }), 'recallTask: keys is 3, not an integer from 4 up.'],
    [
      'recall',
      () => made.recallTask({ pairs: 2, queries: 3 }),
      'recallTask: queries is 3, not an integer from 1 to 2.',
    ],
    ['pixels', () => made.pixelTask({ size: 6 }), 'pixelTask: size is 6, not an integer from 7 up.'],
    ['pixels', () => made.pixelTask({ noise: -1 }), 'pixelTask: noise is -1, not a number from 0 up.'],
    ['reversal', () => made.reversalTask({ length: 0 }), 'reversalTask: length is 0, not an integer from 1 up.'],
    ['dates', () => made.dateTask({ from: 99 }), 'dateTask: from is 99, not an integer from 1000 to 9999.'],
    ['dates', () => made.dateTask({ to: 1900 }), 'dateTask: to is 1900, not an integer from 1950 to 9999.'],
    ['series', () => made.mackeyGlass({ delay: 0 }), 'mackeyGlass: delay is 0, not an integer from 1 up.'],
    [
      'a name that is none',
      () => made.makeTask('adition'),
      `makeTask: there is no task 'adition'. Tasks are ${made.taskNames.join(', ')}.`,
    ],
    [
      'an option that a task lacks',
      () => made.makeTask('dates', { T: 3 }),
      'makeTask: dates takes no T: its sequences have the length that they have.',
    ],
  ];
  it.each(cases)('what does not fit: %s', (_, make, message) => {
    let said = 'no error';
    try {
      make();
    } catch (error) {
      said = (error as Error).message; // what makers throw
    }
    expect(said).toBe(message);
  });

  it('by name gives every task, which bears that name', () => {
    for (const name of made.taskNames) expect(made.makeTask(name).name).toBe(name);
    expect(made.makeTask('copy', { T: 7, batch: 2 }).batch(key(1)).inputs.shape).toEqual([27, 2]);
    expect(made.makeTask('recall', { T: 7 }).steps).toBe(15);
  });
});

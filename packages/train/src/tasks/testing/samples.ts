import { addingTask, copyTask, multiplicationTask, nextCharacter, selectiveCopyTask, type Task } from '../../index.ts';

/** One of each task, small; by what the tests call it. */
export const samples: Readonly<Record<string, Task>> = {
  'adding 2015': addingTask({ T: 7, batch: 3 }),
  'adding 1997': addingTask({ T: 20, batch: 3, form: '1997' }),
  'adding 1997, as short as can be': addingTask({ T: 4, batch: 3, form: '1997' }),
  multiplication: multiplicationTask({ T: 20, batch: 3 }),
  copy: copyTask({ T: 4, length: 3, symbols: 4, batch: 3 }),
  'selective copy': selectiveCopyTask({ T: 6, length: 2, symbols: 5, batch: 3 }),
  characters: nextCharacter('the cat sat on the mat', { T: 4, batch: 3 }),
};

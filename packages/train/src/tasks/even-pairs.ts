import { type AutomatonSizes, automatonTask } from './automaton.ts';
import type { Task } from './task.ts';

/**
 * Even pairs: is the number of places where neighbours differ (ab or ba) even? That is so when the first and the last symbol
 * are the same, so a memory of the first one is all it takes.
 *
 * Class 1 for even. Shapes: inputs int32 [T, B], two symbols; targets [B], or [T, B] with `answers: 'at every step'`. The
 * baseline at the end is ln 2 for T ≥ 2; after one symbol the answer is always even.
 * Source: Delétang et al., "Neural networks and the Chomsky hierarchy", 2023.
 * @throws ArgumentError for an option out of range.
 * @example evenPairsTask({ T: 20 }).baseline.value.toFixed(4)   // 0.6931
 */
export const evenPairsTask = ({ T = 20, batch = 32, answers = 'at the end' }: Partial<AutomatonSizes> = {}): Task =>
  automatonTask(
    {
      name: 'even-pairs',
      op: 'evenPairsTask',
      // Nothing read yet, or 1 + 2 · first + last.
      states: 5,
      symbols: [2],
      start: 0,
      next: (state, x) => (state === 0 ? 1 + 3 * x : 1 + 2 * ((state - 1) >> 1) + x),
      classes: 2,
      answer: (state) => (state === 1 || state === 4 ? 1 : 0),
      what: 'answers',
    },
    { T, batch, answers },
  );

import { type AutomatonSizes, automatonTask } from './automaton.ts';
import type { Task } from './task.ts';

/**
 * Parity: is the number of ones so far odd?
 *
 * Bits in, evenly drawn; answers at every step (or `answers: 'at the end'`). One bit of memory that every 1 turns over; no
 * linear recurrence with positive gates does that. The baseline is ln 2.
 * Shapes: inputs int32 [T, B], targets [T, B] or [B].
 * Source: as a test of time lags Hochreiter, Schmidhuber, 1997, section 5; as a regular language of recurrences Delétang et al.,
 * "Neural networks and the Chomsky hierarchy", 2023.
 * @throws ArgumentError for an option out of range.
 * @example parityTask({ T: 20 }).baseline.value.toFixed(4)   // 0.6931
 */
export const parityTask = ({ T = 20, batch = 32, answers = 'at every step' }: Partial<AutomatonSizes> = {}): Task =>
  automatonTask(
    {
      name: 'parity',
      op: 'parityTask',
      states: 2,
      symbols: [2],
      start: 0,
      next: (state, bit) => (state + bit) % 2,
      classes: 2,
      answer: (state) => state,
      what: 'parities',
    },
    { T, batch, answers },
  );

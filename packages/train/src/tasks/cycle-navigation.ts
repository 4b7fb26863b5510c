import { type AutomatonSizes, automatonTask } from './automaton.ts';
import { checkCount } from './check.ts';
import type { Task } from './task.ts';

/** Options of `cycleNavigationTask`. */
export interface CycleOptions extends Partial<AutomatonSizes> {
  /** Places on the cycle, at least 2: 5 by default. */
  readonly places?: number;
}

/**
 * Cycle navigation: stay (0), step forward (1) or back (2) on a cycle of five places; where are you?
 *
 * The baseline is the entropy of the place, exactly: near ln 5, and less for a short walk. Shapes: inputs int32 [T, B], targets
 * [B], or [T, B] with `answers: 'at every step'`.
 * Source: Delétang et al., "Neural networks and the Chomsky hierarchy", 2023.
 * @throws ArgumentError for an option out of range.
 * @example cycleNavigationTask({ T: 20 }).baseline.value.toFixed(4)   // 1.6094
 */
export function cycleNavigationTask(options: CycleOptions = {}): Task {
  const { T = 20, batch = 32, answers = 'at the end', places = 5 } = options;
  checkCount('cycleNavigationTask', 'places', places, 2);
  const machine = {
    name: 'cycle-navigation',
    op: 'cycleNavigationTask',
    states: places,
    symbols: [3] as const,
    start: 0,
    next: (place: number, move: number) => (place + (move === 2 ? places - 1 : move)) % places,
    classes: places,
    answer: (place: number) => place,
    what: 'places',
  };
  return automatonTask(machine, { T, batch, answers });
}

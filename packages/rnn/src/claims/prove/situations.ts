import type { Times } from '../meaning/domain.ts';
import type { Reading } from '../meaning/reading.ts';
import { Unprovable } from './unprovable.ts';

/** One way in which a claim's steps can lie to the start of a run. */
export interface Situation {
  readonly times: Times;
  readonly steps: number;
  /** `t = 1`, `every t ≥ 2`. */
  readonly covers: string;
}

/**
 * A step is the same function at every t, and a state that a run starts from may be any. So a claim about steps at fixed
 * distances holds for all t when it holds where its first state is the initial one, and where that state was computed by a
 * step from an arbitrary one: the latter has paths between states of one step, which the former has not.
 * @throws Unprovable when the distances are not fixed.
 */
export function situationsOf({ domain }: Reading): readonly Situation[] {
  const variables = [...domain.variables, ...(domain.hasT ? ['T'] : [])];
  const [variable] = variables;
  if (variables.length > 1) throw new Unprovable('its steps are at distances that vary');
  const largest = (times: Times): number => Math.max(1, ...domain.reach(times).map(({ t }) => t));
  if (variable === undefined) {
    const steps = largest({});
    return [{ times: { T: steps }, steps, covers: 'its steps' }];
  }
  if (!domain.movesWith(variable)) throw new Unprovable(`its steps do not all move with ${variable}`);
  const at0 = domain.reach({ [variable]: 0 });
  // A tap, an output or an input at t needs the state before it.
  const lowest = Math.min(...at0.map(({ t, first }) => t - first));
  const least = variable === 'T' ? 1 : 0;
  const first = Math.max(-lowest, least);
  // From the initial state on, and one step later; where no initial state is named, every step is like the first.
  return (first === -lowest ? [first, first + 1] : [first]).map((value, k, all) => {
    const times = { [variable]: value };
    const steps = variable === 'T' ? value : largest(times);
    if (steps < largest(times)) throw new Unprovable(`it speaks of steps after ${variable}`);
    const covers = `${variable} ${k === all.length - 1 ? '≥' : '='} ${value}`;
    return { times: { T: steps, ...times }, steps: Math.max(1, steps), covers };
  });
}

import { add, foldIn } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import type { Cell, StepResult, Taps } from '../../cell.ts';
import type { ParamSpecs, ParamsOf } from '../../params.ts';
import { type Slot, type StateOf, type StateSpec, slot, slotsOf } from '../../state.ts';
import { derivedCell } from '../derived-cell.ts';

/** A cell's states and a count of steps: a run that goes on from another's last state goes on drawing, too. */
export type WithClock<S> = (S extends readonly (infer Name extends string)[] ? { readonly [K in Name]: Slot } : S) & {
  readonly clock: Slot;
};

/** What a noisy step is made from: the cell's own parameters and states, and a key for this step, or none to evaluate. */
type NoisyStep<P, S> = (
  params: ParamsOf<P>,
  state: StateOf<S>,
  x: Tensor,
  key: Tensor | undefined,
) => StepResult<S, Taps>;

/**
 * The cell with a step that gets a key of its own, folded from `key` and the number of steps since the run's start. All
 * rows share that number, so it goes on past a row's end and through resets. Of wrappers in each other one counts; each
 * folds a number of its own into the key first, so that one key serves all of them.
 */
export function clocked<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string>(
  cell: Cell<P, S, T, N>,
  key: Tensor | undefined,
  step: NoisyStep<P, S>,
): Cell<P, WithClock<S>, T, N> {
  const slots = slotsOf(cell.state);
  const counts = 'clock' in slots;
  const spec = { ...slots, clock: slot('', { dtype: 'int32' }) } as unknown as WithClock<S>; // the names of both
  return derivedCell<P, S, T, N, WithClock<S>>(cell, spec, (params, all, x) => {
    const { clock, ...others } = all as unknown as { clock: Tensor } & StateOf<S>; // the states of both
    const own = (counts ? all : others) as unknown as StateOf<S>; // the cell's own
    const result = step(params, own, x, key && foldIn(key, clock));
    const state = counts ? result.state : { ...result.state, clock: add(clock, 1) };
    return { ...result, state: state as unknown as StateOf<WithClock<S>> }; // the states of both
  });
}

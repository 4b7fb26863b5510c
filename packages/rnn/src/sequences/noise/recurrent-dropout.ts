import { foldIn } from '@throughline/autograd';
import { dropout } from '@throughline/autograd/nn';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { AnyCell, Cell, StepResult, Taps } from '../../cell.ts';
import type { ParamSpecs, ParamTree } from '../../params.ts';
import type { StateSpec, StateTree } from '../../state.ts';
import { checkRate } from './check.ts';
import { clocked, type WithClock } from './clock.ts';
import { stepReplacing } from './replace-tap.ts';

/** Options of `recurrentDropout`. */
export interface RecurrentDropoutOptions<T> {
  /** The tap that is dropped from: the candidate, `g` in the LSTM, `n` in the GRU. */
  readonly tap: keyof T & string;
  readonly rate: number;
  /** Whether every step has a mask of its own (the default), or all steps share one. */
  readonly mask?: 'each step' | 'one for all steps';
  /** What is drawn from, to train; left out, nothing is dropped. */
  readonly key?: Tensor | undefined;
}

/**
 * A cell whose candidate loses elements before it is written: c′ = f ⊙ c + i ⊙ d(g). What is remembered is never dropped,
 * so memory survives any number of steps.
 *
 * Everything that the step computes from the tap sees d(g): an element is 0 with probability `rate`, or grows by
 * 1 / (1 − rate). It works on any cell that has such a tap; the step is not written again. States: the cell's, and `clock`, int32.
 * Source: Semeniuta, Severyn, Barth, "Recurrent dropout without memory loss", 2016.
 * @throws ArgumentError for a rate not in [0, 1), a mask of another name, and at the first step for a tap that the cell lacks.
 * @example recurrentDropout(gru, { tap: 'n', rate: 0.2, key: key(1) }).stateNames.join()   // h,clock
 */
export function recurrentDropout<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string>(
  cell: Cell<P, S, T, N>,
  { tap, rate, mask = 'each step', key }: RecurrentDropoutOptions<T>,
): Cell<P, WithClock<S>, T, N> {
  checkRate('recurrentDropout', tap, rate);
  if (mask !== 'each step' && mask !== 'one for all steps') {
    throw new ArgumentError(
      'recurrentDropout',
      `the mask is ${String(mask)}; it is 'each step' or 'one for all steps'.`,
    );
  }
  const any = cell as unknown as AnyCell; // names forgotten
  return clocked(cell, key && foldIn(key, 1), (params, state, x, keyNow) => {
    const from = mask === 'each step' ? keyNow : key && foldIn(key, 1);
    if (from === undefined) return cell.step(params, state, x);
    const by = (value: Tensor): Tensor => dropout(from, value, rate);
    const at = [params as ParamTree, state as StateTree, x] as const; // names forgotten
    return stepReplacing('recurrentDropout', any, tap, by, ...at) as unknown as StepResult<S, Taps>; // as the cell's step
  });
}

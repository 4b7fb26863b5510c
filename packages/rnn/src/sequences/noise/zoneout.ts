import { add, bernoulli, foldIn, mul, where } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../../cell.ts';
import type { ParamSpecs } from '../../params.ts';
import { type StateName, type StateOf, type StateSpec, setValueAt, valueAt } from '../../state.ts';
import { checkKnown, checkRate } from './check.ts';
import { clocked, type WithClock } from './clock.ts';

/** Options of `zoneout`. */
export interface ZoneoutOptions<S> {
  /** With which probability an element of a state keeps its value: `{ h: 0.05, c: 0.5 }`. */
  readonly rates: { readonly [K in StateName<S>]?: number };
  /** What is drawn from, to train; left out, states take the expectation of what training draws. */
  readonly key?: Tensor | undefined;
}

/**
 * A cell some of whose states sometimes stay as they were: s′ = d ⊙ s + (1 − d) ⊙ s′, d drawn anew at every step with
 * P(d = 1) = rate; without a key s′ = rate · s + (1 − rate) · s′. An output that is one of these states follows it.
 *
 * States: the cell's, and `clock`, int32: steps since the start, with which the key is folded. The belt does not hold any more,
 * so there is none. Gradient: that of the choice; the draws are constants.
 * Source: Krueger et al., "Zoneout: regularizing RNNs by randomly preserving hidden activations", 2017.
 * @throws ArgumentError for a state that the cell lacks, or a rate not in [0, 1).
 * @example zoneout(lstm, { rates: { h: 0.05, c: 0.5 } }).stateNames.join()   // h,c,clock
 */
export function zoneout<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string>(
  cell: Cell<P, S, T, N>,
  { rates, key }: ZoneoutOptions<S>,
): Cell<P, WithClock<S>, T, N> {
  const chances = Object.entries<number | undefined>(rates);
  checkKnown('zoneout', cell.name, 'state', Object.keys(rates), cell.stateNames);
  for (const [name, rate] of chances) checkRate('zoneout', name, rate);
  return clocked(cell, key && foldIn(key, 2), (params, state, x, keyNow) => {
    const result = cell.step(params, state, x);
    let { out } = result;
    const next: Record<string, unknown> = {};
    for (const name of cell.stateNames) setValueAt(next, name, valueAt(result.state, name));
    for (const [i, [name, rate = 0]] of chances.entries()) {
      const [before, after] = [valueAt(state, name), valueAt(result.state, name)] as [Tensor, Tensor]; // a state is a tensor
      const mixed =
        keyNow === undefined
          ? add(mul(before, rate), mul(after, 1 - rate))
          : where(bernoulli(foldIn(keyNow, i), rate, after.shape), before, after);
      setValueAt(next, name, mixed);
      if (out === after) out = mixed;
    }
    return { state: next as StateOf<S>, out, taps: result.taps }; // by the cell's names
  });
}

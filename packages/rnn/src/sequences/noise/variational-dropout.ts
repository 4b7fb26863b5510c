import { foldIn } from '@throughline/autograd';
import { dropout } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../../cell.ts';
import type { ParamSpecs } from '../../params.ts';
import { type StateName, type StateOf, type StateSpec, setValueAt, valueAt } from '../../state.ts';
import { derivedCell } from '../derived-cell.ts';
import { checkKnown, checkRate } from './check.ts';

/** Options of `variationalDropout`. */
export interface VariationalOptions<S> {
  /** The rate on x; 0 by default. */
  readonly inputs?: number;
  /** The rates on states as the step reads them: `{ h: 0.3 }`. */
  readonly states?: { readonly [K in StateName<S>]?: number };
  /** What is drawn from, to train; left out, nothing is dropped. */
  readonly key?: Tensor | undefined;
}

/**
 * A cell that reads its input, and states, through masks that are the same at every step: an element is 0 with probability
 * `rate`, or grows by 1 / (1 − rate).
 *
 * What a masked state carries on is masked with it: in an LSTM mask h, which only the gates read; a GRU's h is its memory as
 * well. A key for each sequence of steps; the same key gives the same masks, so a run in parts is the run in one.
 * Source: Gal, Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", 2016.
 * @throws ArgumentError for a state that the cell lacks, or a rate not in [0, 1).
 * @example variationalDropout(lstm, { inputs: 0.2, states: { h: 0.3 }, key: key(1) }).stateNames.join()   // h,c
 */
export function variationalDropout<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string>(
  cell: Cell<P, S, T, N>,
  { inputs = 0, states, key }: VariationalOptions<S>,
): Cell<P, S, T, N> {
  const rates = Object.entries<number | undefined>(states ?? {});
  checkRate('variationalDropout', 'x', inputs);
  checkKnown('variationalDropout', cell.name, 'state', Object.keys(states ?? {}), cell.stateNames);
  for (const [name, rate] of rates) checkRate('variationalDropout', name, rate);
  if (key === undefined) return cell;
  const keepsBelt = rates.every(([name]) => name !== cell.belt?.state);
  return derivedCell(
    cell,
    cell.state,
    (params, state, x) => {
      const read: Record<string, unknown> = {};
      for (const name of cell.stateNames) setValueAt(read, name, valueAt(state, name));
      for (const [i, [name, rate = 0]] of rates.entries()) {
        setValueAt(read, name, dropout(foldIn(key, i + 1), valueAt(state, name) as Tensor, rate)); // a state is a tensor
      }
      const seen = inputs === 0 ? x : dropout(foldIn(key, 0), x, inputs);
      return cell.step(params, read as StateOf<S>, seen); // by the cell's names
    },
    keepsBelt,
  );
}

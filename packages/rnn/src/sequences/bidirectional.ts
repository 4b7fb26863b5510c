import { concat, foldIn, splitKey } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import type { Taps } from '../cell.ts';
import type { Dims } from '../dims.ts';
import type { ParamSpecs } from '../params.ts';
import type { StateOf, StateSpec } from '../state.ts';
import { type CellOrMaker, type OneWayParams, oneWay, type RecurrentLayer } from './one-way.ts';

/** Something for the way forward and for the way back. */
export interface BothWays<X> {
  readonly forward: X;
  readonly backward: X;
}

/** How a recurrent layer is made, beside its extents. */
export interface RecurrentOptions<N extends string, Learned extends boolean> {
  /** The cell's name by default. */
  readonly name?: N;
  /** Whether rows begin with states that are learned (from zero), and not with zeros. */
  readonly learnedStart?: Learned;
}

/**
 * A cell that reads a sequence from both ends, with parameters for each: at every step the outputs of the two, joined.
 *
 * Shapes: [T, B, I] → [T, B, 2H], the way forward first. The way back starts at each row's own last step, so padding
 * changes nothing; with resets it starts again at the last step of every episode. `last.forward` is the state after a
 * row's last step, `last.backward` that after its first one.
 * Source: Schuster, Paliwal, "Bidirectional recurrent neural networks", 1997.
 * @throws as `unroll`.
 * @example bidirectional(gru, { I: 2, H: 3 }).gives   // 6
 */
export function bidirectional<
  P extends ParamSpecs,
  S extends StateSpec,
  T extends Taps,
  N extends string,
  const M extends string = N,
  const Learned extends boolean = false,
>(
  cell: CellOrMaker<P, S, T, N>,
  dims: Dims,
  options: RecurrentOptions<M, Learned> = {},
): RecurrentLayer<M, BothWays<OneWayParams<P, S, Learned>>, BothWays<StateOf<S>>> & { readonly bothWays: true } {
  const way = oneWay(cell, dims, (options.learnedStart ?? false) as Learned); // false unless it was given
  const name = (typeof cell === 'function' ? cell() : cell).name;
  return Object.freeze({
    name: (options.name ?? name) as M, // M is N unless a name was given
    takes: dims.I,
    gives: 2 * way.gives,
    bothWays: true as const,
    init(key: Tensor, how) {
      const [forth, back] = splitKey(key, 2) as [Tensor, Tensor]; // two were asked for
      return { forward: way.init(forth, how), backward: way.init(back, how) };
    },
    apply(params, inputs, { from, key, ...rest } = {}) {
      const forward = way.run(params.forward, inputs, { ...rest, from: from?.forward, key: key && foldIn(key, 0) });
      const backward = way.run(
        params.backward,
        inputs,
        { ...rest, from: from?.backward, key: key && foldIn(key, 1) },
        true,
      );
      const both = {
        out: concat([forward.out, backward.out], -1),
        last: { forward: forward.last, backward: backward.last },
      };
      if (forward.states === undefined || backward.states === undefined) return both;
      return { ...both, states: { forward: forward.states, backward: backward.states } };
    },
  } satisfies RecurrentLayer<M, BothWays<OneWayParams<P, S, Learned>>, BothWays<StateOf<S>>> & { bothWays: true });
}

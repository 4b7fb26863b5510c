import { broadcastTo, concat, type Schedule, slice } from '@throughline/autograd';
import { full, type Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../cell.ts';
import type { Dims } from '../dims.ts';
import type { Applied, ApplyOptions, InitOptions, Layer } from '../layers/layer.ts';
import { outputWidth } from '../layers/output-width.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';
import { mapSlots, namedSlots, type StateOf, type StateSpec, slotsOf, valueAt } from '../state.ts';
import { unroll } from '../unroll.ts';
import { derivedCell } from './derived-cell.ts';

/** A cell, or what makes one for a layer from that layer's key: with a key for training, without for evaluation. */
export type CellOrMaker<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string = string> =
  | Cell<P, S, T, N>
  | ((key?: Tensor) => Cell<P, S, T, N>);

/** What a cell's layer learns: the cell's parameters, and with a learned start the states that rows begin with. */
export type OneWayParams<P, S, Learned extends boolean> = Learned extends true
  ? { readonly cell: ParamsOf<P>; readonly start: StateOf<S> }
  : ParamsOf<P>;

/** How a recurrent layer is applied. */
export interface RunOptions<S> extends ApplyOptions<S> {
  /** Gives every state at every step as well, laid out as `out`. */
  readonly states?: boolean;
  /** What backpropagation finds in memory: see `unroll`. */
  readonly checkpoint?: Schedule;
}

/** What a recurrent layer gives. */
export interface Applications<S> extends Applied<S> {
  /** The states after each step, zero past a row's end, if they were asked for. */
  readonly states?: S;
}

/** A layer with a state. */
export interface RecurrentLayer<N extends string, P, S> extends Layer<N, P, S> {
  readonly takes: number;
  apply(params: P, inputs: Tensor, options?: RunOptions<S>): Applications<S>;
}

/** A cell in one direction, with a learned start or without. */
export interface OneWay<P extends ParamSpecs, S extends StateSpec, Learned extends boolean> {
  readonly gives: number;
  init(key: Tensor, options?: InitOptions): OneWayParams<P, S, Learned>;
  run(
    params: OneWayParams<P, S, Learned>,
    inputs: Tensor,
    options: RunOptions<StateOf<S>>,
    reverse?: boolean,
  ): Applications<StateOf<S>>;
}

/** A cell in one direction. Rows begin where `start` says, also after a reset; `from` is where they go on. */
export function oneWay<
  P extends ParamSpecs,
  S extends StateSpec,
  T extends Taps,
  N extends string,
  Learned extends boolean,
>(given: CellOrMaker<P, S, T, N>, dims: Dims, learned: Learned): OneWay<P, S, Learned> {
  const make = typeof given === 'function' ? given : () => given;
  const plain = make();
  const slots = slotsOf(plain.state);
  return {
    gives: outputWidth(plain, dims),
    init(key, { dtype } = {}) {
      const all = dtype === undefined ? dims : { ...dims, dtype };
      const cell = plain.init(key, all);
      const start = learned ? withoutRows(plain, all) : undefined;
      return (learned ? { cell, start } : cell) as OneWayParams<P, S, Learned>; // as `learned` says
    },
    run(
      params,
      inputs,
      { from, batchFirst = false, lengths, resetAt, key, states = false, checkpoint = 'all' },
      reverse = false,
    ) {
      const cell = make(key);
      const time = batchFirst ? 1 : 0;
      const { cell: own, start } = (learned ? params : { cell: params }) as { cell: ParamsOf<P>; start?: object }; // as `learned` says
      const begin = start && (withRows(slots, start, inputs.shape[1 - time] ?? 0) as StateOf<S>); // the nesting of S
      const first = from ?? begin;
      const options = {
        batchFirst,
        reverse,
        checkpoint,
        ...(first && { from: first }),
        ...(begin && { resetTo: begin }),
        ...(lengths && { lengths }),
        ...(resetAt && { resetAt: reverse ? turned(resetAt, time) : resetAt }),
      };
      if (!states) {
        const { out, last } = unroll(cell, own, inputs, options);
        return { out, last };
      }
      const { out, last, taps } = unroll(tellingStates(cell), own, inputs, { ...options, taps: true });
      const all = taps as { readonly [name: string]: Tensor }; // by name
      return { out, last, states: mapSlots(slots, (_, name) => all[`${name}′`]) as StateOf<S> }; // the nesting of S
    },
  };
}

/** Zeros in the shape of each state without its rows: where learning begins. Integers stay, since they have no gradient. */
function withoutRows<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  dims: Dims,
): object {
  const zero = cell.initialState(dims, 1);
  return mapSlots(slotsOf(cell.state), ({ axes }, name) => {
    const leaf = valueAt(zero, name) as Tensor; // a state is a tensor
    const at = axes.indexOf('B');
    return full(at < 0 ? leaf.shape : leaf.shape.toSpliced(at, 1), 0, leaf.dtype);
  });
}

/** A start for every row. */
const withRows = (slots: ReturnType<typeof slotsOf>, start: object, rows: number): object =>
  mapSlots(slots, ({ axes }, name) => {
    const leaf = valueAt(start, name) as Tensor; // as withoutRows made it
    const at = axes.indexOf('B');
    if (at < 0) return leaf;
    const shape = leaf.shape.toSpliced(at, 0, rows);
    return broadcastTo(leaf.reshape(leaf.shape.toSpliced(at, 0, 1)), shape);
  });

/** Resets for the way back: what was the first step of an episode is its last, so the one before it begins another. */
function turned(resetAt: Tensor, time: 0 | 1): Tensor {
  const { shape } = resetAt;
  const rest = slice(resetAt, time === 0 ? [1, 0] : [0, 1], [...shape]);
  return concat([rest, full(shape.with(time, 1), 0, resetAt.dtype)], time);
}

/** The same cell, with its next states as taps: h′ for h. */
const tellingStates = <P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string>(
  cell: Cell<P, S, T, N>,
): Cell<P, S, Taps, N> =>
  derivedCell(cell as unknown as Cell<P, S, Taps, N>, cell.state, (params, state, x) => {
    // taps forgotten
    const { state: next, out } = cell.step(params, state, x);
    const names = namedSlots(slotsOf(cell.state)).map(({ name }) => name);
    return {
      state: next,
      out,
      taps: Object.fromEntries(names.map((name) => [`${name}′`, valueAt(next, name) as Tensor])),
    }; // a state is a tensor
  });

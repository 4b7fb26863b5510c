import { bernoulli, div, foldIn, splitKey, where } from '@throughline/autograd';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { Taps } from '../cell.ts';
import type { Dims } from '../dims.ts';
import type { ParamSpecs } from '../params.ts';
import type { StateOf, StateSpec } from '../state.ts';
import { type BothWays, bidirectional, type RecurrentOptions } from './bidirectional.ts';
import { type CellOrMaker, type OneWayParams, oneWay, type RecurrentLayer, type RunOptions } from './one-way.ts';

/** Noise between layers: elements are 0 with probability `rate`, the others grow by 1 / (1 − rate). */
export interface Between {
  readonly rate: number;
  /** Whether every step has a mask of its own, as in PyTorch, or all steps share one, as Gal and Ghahramani do. */
  readonly mask: 'each step' | 'one for all steps';
}

/** How a stack is made, beside its extents. */
export interface StackOptions<N extends string, L extends number, Both extends boolean, Learned extends boolean>
  extends RecurrentOptions<N, Learned> {
  /** How many layers; 1 by default. */
  readonly layers?: L;
  /** Whether each layer reads both ways. */
  readonly bidirectional?: Both;
  /** Dropout on what each layer but the last gives; a number is a rate, with a mask for each step. */
  readonly dropout?: number | Between;
}

/** layer0, layer1, …: one for each of L layers. */
export type LevelName<L extends number> = number extends L ? `layer${number}` : Below<L>;
type Below<L extends number, A extends readonly unknown[] = []> = A['length'] extends L
  ? never
  : `layer${A['length']}` | Below<L, [...A, unknown]>;

/** Something for each layer, and each way of it. */
export type PerLevel<X, L extends number, Both extends boolean> = {
  readonly [K in LevelName<L>]: Both extends true ? BothWays<X> : X;
};

/**
 * Layers of one kind of cell, each reading what the one below it gives: `stacked(lstm, { I: 3, H: 4 }, { layers: 2 })`.
 *
 * Shapes: [T, B, I] → [T, B, H], or 2H where layers read both ways; then the next layer reads both ways' outputs, as in
 * PyTorch. Parameters and states go by layer0, layer1, … Each layer draws its noise from a key of its own, and element
 * (t, b, h) of a mask depends on nothing else, so longer padding changes no draw. For noise inside the cell pass a
 * function from a layer's key to the cell: `stacked((key) => zoneout(lstm, { rates: { h: 0.1 }, key }), …)`.
 * Source: Graves, "Generating sequences with recurrent neural networks", 2013; dropout between layers: Zaremba, Sutskever,
 * Vinyals, "Recurrent neural network regularization", 2014, and Gal, Ghahramani, "A theoretically grounded application of
 * dropout in recurrent neural networks", 2016.
 * @throws ArgumentError unless layers is a count from 1 up and the rate in [0, 1); else as `unroll`.
 * @example Object.keys(stacked(gru, { I: 2, H: 3 }, { layers: 2 }).init(key(1))).join()   // layer0,layer1
 */
export function stacked<
  P extends ParamSpecs,
  S extends StateSpec,
  T extends Taps,
  N extends string,
  const M extends string = N,
  const L extends number = 1,
  const Both extends boolean = false,
  const Learned extends boolean = false,
>(
  cell: CellOrMaker<P, S, T, N>,
  dims: Dims,
  options: StackOptions<M, L, Both, Learned> = {},
): RecurrentLayer<M, PerLevel<OneWayParams<P, S, Learned>, L, Both>, PerLevel<StateOf<S>, L, Both>> & {
  readonly bothWays: Both;
} {
  const { layers = 1, dropout = 0, learnedStart = false, bidirectional: both = false } = options;
  const between = typeof dropout === 'number' ? { rate: dropout, mask: 'each step' as const } : dropout;
  check(layers, between);
  const levels: Level[] = [];
  for (let k = 0; k < layers; k++) {
    const own = { ...dims, I: levels.at(-1)?.gives ?? dims.I };
    levels.push(
      (both ? bidirectional(cell, own, { learnedStart }) : forwards(cell, own, learnedStart)) as unknown as Level,
    ); // types forgotten
  }
  const name = (k: number): string => `layer${k}`;
  type Params = PerLevel<OneWayParams<P, S, Learned>, L, Both>;
  type States = PerLevel<StateOf<S>, L, Both>;
  const layer: RecurrentLayer<M, Params, States> = {
    name: (options.name ?? (typeof cell === 'function' ? cell() : cell).name) as M, // M is N unless a name was given
    takes: dims.I,
    gives: (levels.at(-1) as Level).gives, // at least one
    init(key, how) {
      const keys = splitKey(key, layers);
      return Object.fromEntries(levels.map((level, k) => [name(k), level.init(keys[k] as Tensor, how)])) as Params; // one key each
    },
    apply(params, inputs, { from, key, ...rest } = {}) {
      const [lasts, states]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
      let x = inputs;
      levels.forEach((level, k) => {
        const at = (tree: unknown): unknown => (tree as Record<string, unknown> | undefined)?.[name(k)]; // by layer
        const below = k > 0 && key !== undefined ? drop(foldIn(key, 2 * k - 1), x, between, rest.batchFirst) : x;
        const given = level.apply(at(params), below, { ...rest, from: at(from), key: key && foldIn(key, 2 * k) });
        [x, lasts[name(k)], states[name(k)]] = [given.out, given.last, given.states];
      });
      return { out: x, last: lasts as States, ...(rest.states && { states: states as States }) }; // by layer
    },
  };
  return Object.freeze({ ...layer, bothWays: both as Both }); // false unless it was given
}

/** A layer of which the types are forgotten. */
type Level = Pick<RecurrentLayer<string, unknown, unknown>, 'gives' | 'init' | 'apply'>;

function forwards<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string, Learned extends boolean>(
  cell: CellOrMaker<P, S, T, N>,
  dims: Dims,
  learned: Learned,
) {
  const way = oneWay(cell, dims, learned);
  return {
    ...way,
    apply: (params: OneWayParams<P, S, Learned>, inputs: Tensor, options: RunOptions<StateOf<S>> = {}) =>
      way.run(params, inputs, options),
  };
}

/** Dropout with one mask for every step, or one for all. */
function drop(key: Tensor, x: Tensor, { rate, mask }: Between, batchFirst = false): Tensor {
  if (rate === 0) return x;
  const [outer, inner, width] = x.shape as [number, number, number]; // what a layer gives
  const [T, B] = batchFirst ? [inner, outer] : [outer, inner];
  const kept = bernoulli(key, 1 - rate, mask === 'each step' ? [T, B, width] : [1, B, width]);
  return where(batchFirst ? kept.transpose([1, 0, 2]) : kept, div(x, 1 - rate), 0);
}

function check(layers: number, { rate, mask }: Between): void {
  if (!Number.isInteger(layers) || layers < 1) {
    throw new ArgumentError('stacked', `layers is ${layers}, not an integer from 1 up.`);
  }
  if (!(rate >= 0 && rate < 1)) throw new ArgumentError('stacked', `the dropout rate is ${rate}, not in [0, 1).`);
  if (mask !== 'each step' && mask !== 'one for all steps') {
    throw new ArgumentError('stacked', `the mask is ${String(mask)}; it is 'each step' or 'one for all steps'.`);
  }
}

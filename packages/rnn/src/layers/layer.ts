import type { Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../cell.ts';
import type { Dims } from '../dims.ts';
import type { FloatType } from '../initializer.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';
import type { StateOf, StateSpec } from '../state.ts';
import { unroll } from '../unroll.ts';
import { outputWidth } from './output-width.ts';

/** How parameters are made. */
export interface InitOptions {
  /** float64 by default. */
  readonly dtype?: FloatType;
}

/** How a layer is applied. */
export interface ApplyOptions<S> {
  /** The state to start from, for a layer that has one. */
  readonly from?: S | undefined;
  /** Inputs are [B, T, …] instead of [T, B, …]. */
  readonly batchFirst?: boolean;
  /** How many steps of each row count, for a layer with a state: see `unroll`. Others take every step as it comes. */
  readonly lengths?: Tensor | readonly number[] | undefined;
  /** Where rows start again, for a layer with a state: see `unroll`. */
  readonly resetAt?: Tensor | undefined;
  /** All steps in one go, for a layer of a cell that has such a form; others run step by step. */
  readonly parallel?: boolean | undefined;
  /** What noise is drawn from, for a layer that has some: with it the layer is trained, without it is evaluated. */
  readonly key?: Tensor | undefined;
}

/** A layer's outputs at every step, and the state it ends in: undefined for a layer without. */
export interface Applied<S> {
  readonly out: Tensor;
  readonly last: S;
}

/** A part of a model: parameters of its own, and what it does to a sequence. */
export interface Layer<N extends string, P, S> {
  readonly name: N;
  /** The width of its input; null when it takes indices. */
  readonly takes: number | null;
  /** The width of its output. */
  readonly gives: number;
  init(key: Tensor, options?: InitOptions): P;
  apply(params: P, inputs: Tensor, options?: ApplyOptions<S>): Applied<S>;
}

/** A cell of given extents as a layer, under the cell's name, or another: `layer(lstm, { I, H }, 'second')`. */
export function layer<
  P extends ParamSpecs,
  S extends StateSpec,
  T extends Taps,
  N extends string,
  const M extends string = N,
>(cell: Cell<P, S, T, N>, dims: Dims, name?: M): Layer<M, ParamsOf<P>, StateOf<S>> {
  return Object.freeze({
    name: (name ?? cell.name) as M, // M is N unless a name was given
    takes: dims.I,
    gives: outputWidth(cell, dims),
    init: (key, { dtype } = {}) => cell.init(key, dtype === undefined ? dims : { ...dims, dtype }),
    apply(params, inputs, { from, batchFirst = false, lengths, resetAt, parallel = false } = {}) {
      const { out, last } = unroll(cell, params, inputs, {
        batchFirst,
        ...(from && { from }),
        ...(lengths && { lengths }),
        ...(resetAt && { resetAt }),
        parallel: parallel && cell.parallel !== undefined && resetAt === undefined,
      });
      return { out, last };
    },
  } satisfies Layer<M, ParamsOf<P>, StateOf<S>>);
}

import { expandDims, reshape } from '@throughline/autograd';
import { ArgumentError, formatType, ShapeError, Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../cell.ts';
import { dimsOf } from '../dims.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';
import { stepRows } from '../rows.ts';
import type { StateOf, StateSpec } from '../state.ts';
import { loadState, type SavedState, saveState } from './saved-state.ts';

/** A layer, or a model of layers: what can go on from a state. */
export interface Applicable<P, S> {
  apply(
    params: P,
    inputs: Tensor,
    options?: { readonly from?: S; readonly resetAt?: Tensor },
  ): { readonly out: Tensor; readonly last: S };
}

/** Compiles a function, as `compile` of @throughline/compiler does. */
export type StepCompiler = <A extends readonly unknown[], R>(f: (...args: A) => R) => (...args: A) => R;

/** How a stream is made. */
export interface StreamOptions<S> {
  /** How many sequences go side by side; 1 by default. */
  readonly batch?: number;
  /** The state to start from: zeros, or the layer's learned start, by default. */
  readonly from?: S;
  /** `compile`, for steps that run compiled; parameters are constants then. Its default mode may round sums otherwise. */
  readonly compile?: StepCompiler;
}

/** A net that takes one step at a time. */
export interface Stream<S> {
  /** One step: [B, I], or [B] of indices, → the outputs [B, O]. `resetAt`, bool [B]: the rows that start again before it. */
  push(x: Tensor, options?: { readonly resetAt?: Tensor }): Tensor;
  /** The state after the last step; undefined before the first step of a layer that was given none. */
  readonly state: S | undefined;
  /** The number of steps since the start. */
  readonly steps: number;
  /** Back to the start. */
  reset(): void;
  /** The state as plain data for JSON, to the last bit. */
  save(): SavedState | null;
  /** Goes on from such data. @throws ArgumentError when it is not a state of this net. */
  load(saved: SavedState | null): void;
}

/**
 * A cell, layer or model as a machine that is given one input after another: constant memory, whatever has come before.
 *
 * Every step gives the bits that `unroll` or `apply` gives at that place of the whole sequence. Shapes: push [B, I] → [B, O].
 * @throws ArgumentError for a layer that reads both ways, which has to see the end first; ShapeError for inputs of
 * another number of rows.
 * @example stream(lstm, lstm.init(key(1), { I: 2, H: 3 })).push(zeros([1, 2])).shape.join()   // 1,3
 */
export function stream<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P>,
  options?: StreamOptions<StateOf<S>>,
): Stream<StateOf<S>> & { readonly state: StateOf<S> };
export function stream<P, S>(model: Applicable<P, S>, params: P, options?: StreamOptions<S>): Stream<S>;
export function stream(what: unknown, params: unknown, options: StreamOptions<unknown> = {}): Stream<unknown> {
  const { batch = 1, compile } = options;
  const isCell = typeof what === 'object' && what !== null && 'step' in what && 'stateNames' in what;
  const net = isCell ? ofCell(what as AnyCell, params as never, batch) : ofModel(what as AnyModel, params); // looked at, or as typed
  const start = options.from ?? net.start;
  // Compiled apart, since they are functions of other arguments.
  const made = (f: Step): Step => (compile === undefined ? f : compile(f));
  const onward = made((state, x) => net.step(state, x));
  const anew = made((_, x) => net.step(start, x));
  const restarting = made((state, x, resetAt) => net.step(state, x, resetAt));
  let [state, steps] = [start, 0];
  return {
    push(x, { resetAt } = {}) {
      checkRows(x, batch);
      if (resetAt !== undefined) checkReset(resetAt, batch);
      const result =
        state === undefined
          ? anew(undefined, x)
          : resetAt === undefined
            ? onward(state, x)
            : restarting(state, x, resetAt);
      state = result.last;
      steps++;
      return result.out;
    },
    get state() {
      return state;
    },
    get steps() {
      return steps;
    },
    reset() {
      [state, steps] = [start, 0];
    },
    save: () => (state === undefined ? null : saveState(state)),
    load(saved) {
      state = saved === null ? start : loadState(saved, state);
    },
  };
}

type AnyCell = Cell<ParamSpecs, StateSpec, Taps>;
type AnyModel = Applicable<unknown, unknown> & {
  readonly name?: string;
  readonly bothWays?: boolean;
  readonly layers?: readonly unknown[];
};
type Step = (state: unknown, x: Tensor, resetAt?: Tensor) => { readonly out: Tensor; readonly last: unknown };
interface Net {
  readonly start: unknown;
  readonly step: Step;
}

function ofCell(cell: AnyCell, params: ParamsOf<ParamSpecs>, batch: number): Net {
  const start = cell.initialState(dimsOf(cell.name, cell.params, params), batch);
  return {
    start,
    step(state, x, resetAt) {
      const rows = resetAt === undefined ? {} : { reset: resetAt, restart: start };
      const { state: last, out } = stepRows(cell, params, state as StateOf<StateSpec>, x, rows); // what it gave before
      return { out, last };
    },
  };
}

function ofModel(model: AnyModel, params: unknown): Net {
  const backwards = [model, ...((model.layers ?? []) as AnyModel[])].find(({ bothWays }) => bothWays); // layers
  if (backwards !== undefined) {
    throw new ArgumentError(
      'stream',
      `${backwards.name ?? 'the layer'} reads both ways, so its first output waits for the last input. Use apply, or one way.`,
    );
  }
  return {
    start: undefined,
    step(state, x, resetAt) {
      const { out, last } = model.apply(params, expandDims(x, 0), {
        ...(state !== undefined && { from: state }),
        ...(resetAt && { resetAt: expandDims(resetAt, 0) }),
      });
      return { out: reshape(out, out.shape.slice(1)), last };
    },
  };
}

function checkRows(x: Tensor, batch: number): void {
  if (x instanceof Tensor && x.shape[0] === batch) return;
  const got = x instanceof Tensor ? formatType(x) : typeof x;
  throw new ShapeError(
    'stream',
    `x is ${got}; it takes one step of ${batch} row${batch === 1 ? '' : 's'}, [${batch}, …].`,
  );
}

function checkReset(resetAt: Tensor, batch: number): void {
  if (resetAt.dtype === 'bool' && resetAt.rank === 1 && resetAt.shape[0] === batch) return;
  throw new ShapeError('stream', `resetAt is ${formatType(resetAt)}; it takes bool[${batch}].`);
}

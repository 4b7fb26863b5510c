import { scope } from '@throughline/autograd';
import { ArgumentError, formatType, Tensor } from '@throughline/tensor';
import { nameGates } from './affine.ts';
import type { Dims } from './dims.ts';
import { initialize, override } from './init.ts';
import {
  gatesOf,
  type Initializers,
  type InitializerTree,
  type ParamSpecs,
  type ParamsOf,
  type ParamTree,
} from './params.ts';
import {
  namedSlots,
  type StateName,
  type StateOf,
  type StateSpec,
  type StateTree,
  slotsOf,
  zeroState,
} from './state.ts';
import { type AnyBelt, checkNames, checkParallel, checkStep } from './step-checks.ts';

/** Named values inside a step that one may want to see. */
export interface Taps {
  readonly [name: string]: Tensor;
}

/** What a step returns: the next state, the output, and any taps. */
export interface StepResult<S, T> {
  readonly state: StateOf<S>;
  readonly out: Tensor;
  readonly taps?: T;
}

/** What a run in one go returns: the state after the last step, every output [T, B, …], and perhaps every tap. */
export interface ParallelResult<State, T> {
  readonly out: Tensor;
  readonly last: State;
  readonly taps?: T;
}

/** The line along which a cell is built to remember: ∂state′/∂state is diag(keep) when `holding` is held. */
export interface Belt<S = StateSpec, T = Taps> {
  readonly state: StateName<S>;
  /** The tap that says how much is kept. */
  readonly keep: keyof T & string;
  /** States, taps or `x` that must be held for the equality. */
  readonly holding: readonly (StateName<S> | (keyof T & string) | 'x')[];
}

/** A step without taps leaves T open; then there are none. */
export type KnownTaps<T> = string extends keyof T ? Record<never, Tensor> : T;

/** What `defineCell` takes. */
export interface CellSpec<P, S, T, N extends string = string> {
  readonly name: N;
  /** Records of `gate(…)` and `param(…)`, nested as you like; their keys are the letters that `equations` prints. */
  readonly params: P;
  /** Names of states of shape [B, H], or a record of `slot(…)`. */
  readonly state: S;
  /** The letter of the output's width; H by default. */
  readonly gives?: string;
  /** One step: parameters, states and input [B, I] in, the next states and the output out. */
  step(params: ParamsOf<P>, state: StateOf<S>, x: Tensor): StepResult<S, T>;
  readonly belt?: Belt<NoInfer<S>, NoInfer<T>>;
  /**
   * All steps in one go, for a cell that is linear in its state: xs [T, B, I] in, what `unroll` would give out. `valid` is
   * bool [T, B]: where false, a step leaves the state of its row as it is, and its output does not matter.
   */
  parallel?(
    params: ParamsOf<P>,
    from: StateOf<NoInfer<S>>,
    xs: Tensor,
    valid?: Tensor,
  ): ParallelResult<StateOf<NoInfer<S>>, NoInfer<T>>;
}

/** A recurrent cell: declarations, and one pure step. */
export interface Cell<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string = string> {
  readonly name: N;
  readonly params: P;
  readonly state: S;
  readonly gives: string;
  readonly belt: AnyBelt | undefined;
  /** Every state's name, dotted where nested. */
  readonly stateNames: readonly string[];
  /** The paths of its gates: those records that have W, U and b. */
  readonly gates: readonly string[];
  /** Fresh parameters: each is drawn from a key of its own, split from `key`. */
  init(key: Tensor, dims: Dims): ParamsOf<P>;
  /** All states at zero. */
  initialState(dims: Dims, batch: number): StateOf<S>;
  /** One step, checked. */
  step(params: ParamsOf<P>, state: StateOf<S>, x: Tensor): Required<StepResult<S, T>>;
  /** All steps in one go, checked; undefined when the cell has no such form. */
  parallel?(params: ParamsOf<P>, from: StateOf<S>, xs: Tensor, valid?: Tensor): ParallelResult<StateOf<S>, T>;
  /** The same cell with other initialisers: `lstm.with({ f: { b: chrono(60) } })`. Numbers are constants. */
  with(initializers: Initializers<P>): Cell<P, S, T, N>;
}

/** A cell whose names are not known to the type checker: what a program gets that loads one from a file. */
export interface AnyCell {
  readonly name: string;
  readonly params: ParamSpecs;
  readonly state: StateSpec;
  /** The letter of the output's width. */
  readonly gives: string;
  readonly belt: AnyBelt | undefined;
  readonly stateNames: readonly string[];
  readonly gates: readonly string[];
  init(key: Tensor, dims: Dims): ParamTree;
  initialState(dims: Dims, batch: number): StateTree;
  step(params: ParamTree, state: StateTree, x: Tensor): Required<StepResult<StateSpec, Taps>>;
  parallel?(params: ParamTree, from: StateTree, xs: Tensor, valid?: Tensor): ParallelResult<StateTree, Taps>;
  with(initializers: InitializerTree): AnyCell;
}

/**
 * Defines a recurrent cell from one step; everything else is derived from it.
 *
 * States, taps, `x` and `out` share one namespace. `belt` names the line that carries the memory, if there is one.
 * A cell that is linear in its state may have a second form, `parallel`, of all steps in one go: `unroll(…, { parallel: true })`.
 * @throws ArgumentError when names clash or do not exist: of params and states here, of taps at the first step.
 * @example defineCell({ name: 'leak', params: { a: param('H') }, state: ['s'], step: (p, { s }, x) => ({ state: { s: add(mul(p.a, s), x) }, out: s }) }).stateNames.join()   // s
 */
export function defineCell<
  const P extends ParamSpecs,
  const S extends StateSpec,
  T extends Taps,
  const N extends string,
>(spec: CellSpec<P, S, T, N>): Cell<P, S, KnownTaps<T>, N> {
  const { name, params, step, parallel } = spec;
  const slots = slotsOf(spec.state);
  const states = namedSlots(slots).map((entry) => entry.name);
  checkNames(name, isNames(spec.state) ? spec.state : states, spec.belt);
  const cell: Cell<P, S, KnownTaps<T>, N> = {
    name,
    params,
    state: spec.state,
    gives: spec.gives ?? 'H',
    belt: spec.belt,
    stateNames: states,
    gates: gatesOf(params),
    init: (key, dims) => initialize(name, params, key, dims) as ParamsOf<P>, // the nesting of P
    initialState: (dims, batch) => zeroState(name, slots, dims, batch) as StateOf<S>, // the nesting of S
    step: (values, state, x) =>
      scope({ cell: name }, () => {
        nameGates(name, values);
        const result = step(values, state, x);
        checkStep(name, states, spec.belt, state, result);
        return result.taps === undefined
          ? { ...result, taps: {} as KnownTaps<T> }
          : { ...result, taps: result.taps as KnownTaps<T> }; // {} when the step has none
      }),
    ...(parallel && {
      parallel: (values, from, xs, valid) =>
        scope({ cell: name }, () => {
          nameGates(name, values);
          const result = parallel(values, from, xs, valid);
          checkParallel(name, states, from, xs, result);
          return result as ParallelResult<StateOf<S>, KnownTaps<T>>; // {} when the step has none
        }),
    }),
    with: (initializers) =>
      defineCell({ ...spec, params: override(name, params, initializers) as P } as CellSpec<P, S, T, N>), // the nesting of P
  };
  return Object.freeze(cell);
}

const isNames = (spec: StateSpec): spec is readonly string[] => Array.isArray(spec);

/** Throws unless `value` is a cell. */
export function assertCell(op: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && 'step' in value && 'stateNames' in value) return;
  const what = value instanceof Tensor ? formatType(value) : typeof value;
  throw new ArgumentError(op, `the first argument is ${what}, not a cell. Make one with defineCell.`);
}

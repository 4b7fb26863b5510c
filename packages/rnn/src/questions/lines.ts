import { mul, type OnTape, onTape, Recorded, scope } from '@throughline/autograd';
import { ArgumentError, full, isDifferentiable, type Tensor } from '@throughline/tensor';
import type { Taps } from '../cell.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';
import { stepRows } from '../rows.ts';
import { namedSlots, type StateOf, type StateSpec, setValueAt, slotsOf, valueAt } from '../state.ts';
import type { RunOf } from '../unroll.ts';
import { setPlace } from './nodes.ts';

/** A named series over time: a state, a tap, the input or the output. */
export interface Line {
  readonly name: string;
  /** 0 for a state, whose first value is the initial one; 1 for the rest. */
  readonly first: 0 | 1;
  /** The number of steps. */
  readonly last: number;
  /** The value at step t: a node of the run's tape. @throws ArgumentError when t is not a step. */
  at(t: number): Tensor;
}

/** A run's lines: every state, nested as declared, every tap, `x` and `out`. */
export type LinesOf<S, T> = StateLines<StateOf<S>> & { readonly [K in keyof T]: Line } & {
  readonly x: Line;
  readonly out: Line;
};
type StateLines<V> = { readonly [K in keyof V]: V[K] extends Tensor ? Line : StateLines<V[K]> };

/** Everything that a run went through, by line, on one tape. */
export interface Replay {
  readonly names: readonly string[];
  readonly states: readonly string[];
  readonly values: ReadonlyMap<string, readonly Tensor[]>;
}

/**
 * Runs the cell again, step by step, on the current tape. Every state gets a place of its own there, also one that was
 * passed on untouched, is the input, or is another state as well: ∂/∂prev[t] is not ∂/∂h[t − 1], though the numbers are
 * equal, and of two states that are one value neither is computed from the other. `paramsOf` is asked for each step's
 * parameters in turn.
 */
export function replay<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  run: RunOf<P, S, T>,
  input: (x: Tensor) => Recorded,
  paramsOf: () => ParamsOf<P> = () => run.params,
): Replay {
  const { cell, inputs, from } = run;
  const states = namedSlots(slotsOf(cell.state)).map(({ name }) => name);
  const values = new Map<string, Tensor[]>([...states, 'x', 'out'].map((name) => [name, []]));
  const push = (name: string, value: Tensor): void => {
    const line = values.get(name);
    if (line === undefined) values.set(name, [value]);
    else line.push(value);
  };
  const { trace } = input(full([], 0));
  const taken = new Set<Tensor>();
  const own = (value: Tensor): Tensor => {
    if (!isDifferentiable(value)) return value;
    const here = value instanceof Recorded && value.trace === trace;
    const fresh = !here ? input(value) : taken.has(value) ? copy(value) : value;
    taken.add(fresh);
    return fresh;
  };
  let state = mapState(from, states, (value) => own(isDifferentiable(value) ? input(value) : value));
  for (const name of states) push(name, valueAt(state, name) as Tensor); // a state is a tensor
  inputs.forEach((slice, n) => {
    const x = isDifferentiable(slice) ? input(slice) : slice;
    const result = scope({ step: n + 1 }, () =>
      stepRows(cell, paramsOf(), state as StateOf<S>, x, run.rows?.(n) ?? {}),
    ); // the nesting of S
    for (const value of [x, ...sharedBy(result.state, states)]) taken.add(value);
    state = mapState(result.state, states, own);
    for (const name of states) push(name, valueAt(state, name) as Tensor); // a state is a tensor
    push('x', x);
    push('out', result.out);
    for (const [name, tap] of Object.entries(result.taps)) push(name, tap);
  });
  return { names: [...values.keys()], states, values };
}

/** The values that stand for more than one state. */
function sharedBy(state: unknown, names: readonly string[]): Tensor[] {
  const values = names.map((name) => valueAt(state, name) as Tensor); // a state is a tensor
  return values.filter((value, i) => values.indexOf(value) !== i);
}

/** A new place for a value, to the bit: x · 1. */
const copy = (x: Tensor): Tensor => mul(x, 1);

function mapState(state: unknown, names: readonly string[], f: (value: Tensor) => Tensor): object {
  const next: Record<string, unknown> = {};
  for (const name of names) {
    setValueAt(next, name, f(valueAt(state, name) as Tensor)); // a state is a tensor
  }
  return next;
}

/** A run's lines, from a second forward run on a tape that lives as long as they do. */
export function linesOf<P extends ParamSpecs, S extends StateSpec, T extends Taps>(run: RunOf<P, S, T>): LinesOf<S, T> {
  const tape: OnTape<Replay> = onTape((input) => replay(run, input));
  return linesOn<S, T>(tape.result, () => tape);
}

/** The lines of a replay. */
export function linesOn<S, T>({ states, values }: Replay, tape: () => OnTape<unknown>): LinesOf<S, T> {
  const lines: Record<string, unknown> = {};
  for (const [name, series] of values) {
    const first = states.includes(name) ? 0 : 1;
    for (const [i, value] of series.entries()) setPlace(value, { line: name, t: first + i, tape });
    setValueAt(lines, name, makeLine(name, first, series));
  }
  return Object.freeze(lines) as LinesOf<S, T>; // one line per state, tap, x and out
}

/** The values behind lines, for `holding`. */
const seriesOf = new WeakMap<Line, readonly Tensor[]>();
export const valuesOf = (line: Line): readonly Tensor[] => seriesOf.get(line) ?? [];

/** True for what `run.lines` is made of. */
export const isLine = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && seriesOf.has(value as Line); // a key of objects

function makeLine(name: string, first: 0 | 1, series: readonly Tensor[]): Line {
  const last = first + series.length - 1;
  const line: Line = Object.freeze({
    name,
    first,
    last,
    at(t: number): Tensor {
      const value = series[t - first];
      if (value !== undefined) return value;
      const kind = first === 0 ? 'a state' : 'an input, a tap or an output';
      throw new ArgumentError(`lines.${name}`, `there is no t = ${t}: ${kind} has t = ${first}…${last}.`);
    },
  });
  seriesOf.set(line, series);
  return line;
}

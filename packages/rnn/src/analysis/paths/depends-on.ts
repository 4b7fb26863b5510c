import { flatten, onTape, Recorded, trace } from '@throughline/autograd';
import { ArgumentError, full, isDifferentiable, Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import { declared } from '../../params.ts';
import { examples, withExtents } from '../../symbolic/equations/extents.ts';
import { reach } from './reach.ts';

/** What counts as a dependence, and over how many steps. */
export interface DependenceOptions {
  /**
   * `'value'` (the default): any way for y to change when x does, through integers, comparisons and `stopGradient` too.
   * `'derivative'`: those ways alone on which a derivative flows, so none of these three.
   */
  readonly by?: 'value' | 'derivative';
  /** y[t] on x[t] or, for a state, on its value `steps` steps before; 1 is within one step of the cell. */
  readonly steps?: number;
}

/**
 * Whether one letter of a cell depends on another, decided on the Program of its step: on what the equations are, not on
 * numbers. `dependsOn(lstm, 'f', 'c')` is false, and true for a cell with peepholes.
 *
 * y is a state (its next value), a tap or `out`; x is a state (its value before the step), the input `x`, a tap, or a
 * parameter (`f.U`, or `f` where no tap has that name). False is proved: no path leads from x to y, also inside loops,
 * however many turns they have. True says that there is a path; its derivative may still be 0 at some numbers, or at all
 * (x − x). With `steps` more than 1, paths lead on through the states.
 * @throws ArgumentError for a letter that the cell does not have; TraceError when the step reads a value.
 * @example dependsOn(lstm, 'f', 'c')                  // false
 * @example dependsOn(lstm, 'f', 'c', { steps: 2 })    // true
 */
export function dependsOn(cell: AnyCell, y: string, x: string, options: DependenceOptions = {}): boolean {
  const { by = 'value', steps = 1 } = options;
  if (by !== 'value' && by !== 'derivative') {
    throw new ArgumentError('dependsOn', `by is "${String(by)}", neither 'value' nor 'derivative'.`);
  }
  if (!Number.isInteger(steps) || steps < 1)
    throw new ArgumentError('dependsOn', `steps is ${String(steps)}, not an integer ≥ 1.`);
  const step = withExtents(cell, (one, dims) => stepOf(one, dims));
  if (!step.results.includes(y))
    throw new ArgumentError('dependsOn', `${cell.name} computes no ${y}; it computes ${step.results.join(', ')}.`);
  if (step.sourcesOf(x).length === 0)
    throw new ArgumentError('dependsOn', `${cell.name} has no ${x}; it has ${step.sources.join(', ')}.`);
  let from = [x];
  for (let n = 1; n < steps; n++) {
    const reached = step.reached(by, from);
    from = cell.stateNames.filter((name) => reached.has(name));
  }
  return step.reached(by, from).has(y);
}

/** A cell's step, ready to be asked. */
export interface TracedStep {
  /** What the step computes: states, taps, `out`. */
  readonly results: readonly string[];
  /** What can be depended on, for messages. */
  readonly sources: readonly string[];
  /** The places of a letter among the values: inputs first, then results. */
  sourcesOf(letter: string): number[];
  /** The results that depend on any of the letters. */
  reached(by: 'value' | 'derivative', letters: readonly string[]): Set<string>;
}

export function stepOf(cell: AnyCell, dims: Parameters<AnyCell['init']>[1]): TracedStep {
  const { params, state, x } = examples(cell, dims);
  const inputNames = [
    ...declared(cell.params).map(({ path }) => ({ kind: 'param', name: path })),
    ...flatten('dependsOn', state).paths.map((name) => ({ kind: 'state', name })),
    { kind: 'x', name: 'x' },
  ];
  let results: string[] = [];
  const run = (p: typeof params, s: typeof state, input: Tensor): readonly Tensor[] => {
    const { state: next, out, taps } = cell.step(p, s, input);
    const states = flatten('dependsOn', next);
    results = [...states.paths, 'out', ...Object.keys(taps)];
    return [...states.leaves, out, ...Object.values(taps)];
  };
  const program = trace((p: typeof params, s: typeof state, input: Tensor) => run(p, s, input), params, state, x);
  const taps = results.slice(cell.stateNames.length);
  const sourcesOf = (letter: string): number[] => {
    const places = (is: (entry: { kind: string; name: string }) => boolean): number[] =>
      inputNames.flatMap((entry, i) => (is(entry) ? [i] : []));
    const exact = places(({ kind, name }) => kind !== 'param' && name === letter);
    if (exact.length > 0) return exact;
    if (taps.includes(letter)) return [inputNames.length + results.indexOf(letter)];
    return places(({ kind, name }) => kind === 'param' && (name === letter || name.startsWith(`${letter}.`)));
  };
  return {
    results,
    sources: [...cell.stateNames, 'x', ...taps, ...declared(cell.params).map(({ path }) => path)],
    sourcesOf,
    reached(by, letters) {
      const places = letters.flatMap(sourcesOf);
      if (by === 'derivative') return new Set(results.filter((_, k) => flows(run, [params, state, x], places, k)));
      const ids = [...program.inputs, ...program.outputs];
      const marked = reach(
        program,
        places.map((place) => ids[place] as number), // a place among them
      );
      return new Set(results.filter((_, k) => marked.has(program.outputs[k] as number))); // one output per result
    },
  };
}

/** Whether a cotangent of result k arrives at one of the places, on abstract values: an absent one stays absent. */
function flows<A extends readonly unknown[]>(
  run: (...args: A) => readonly Tensor[],
  args: A,
  places: readonly number[],
  k: number,
): boolean {
  let arrives = false;
  trace(
    (...abstract: A) => {
      const flat = flatten('dependsOn', abstract);
      const { result, sweep } = onTape((input) => {
        const own = flat.leaves.map((leaf) => (isDifferentiable(leaf) ? input(leaf) : leaf));
        return [...own, ...run(...(flat.rebuild(own) as unknown as A))]; // same structure
      });
      const y = result[flat.leaves.length + k];
      const xs = places.map((place) => result[place]).filter((value) => value instanceof Recorded);
      if (!(y instanceof Tensor) || !isDifferentiable(y) || xs.length === 0) return [];
      arrives = sweep([y], xs)([full(y.shape, 1, y.dtype)]).some((ct) => ct !== null);
      return [];
    },
    ...args,
  );
  return arrives;
}

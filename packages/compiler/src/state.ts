import { flatten, scan } from '@throughline/autograd';
import { ArgumentError, type Concrete, formatType, full, ShapeError, sameType, type Tensor } from '@throughline/tensor';
import { takeApart } from './arguments.ts';
import { Cache } from './cache.ts';
import { type CompileOptions, keyOf, runnerOptions } from './options.ts';
import { type Seen, seen } from './report/seen.ts';
import { type TracedForm, traceForm } from './trace-form.ts';

/** How a step with a state is compiled. */
export interface StateOptions<S> extends CompileOptions {
  /** The state before the first step: a tree of tensors. */
  readonly state: S;
  /** How many steps one call makes: arguments then have a leading axis with one slice per step, and so has aux. */
  readonly steps?: number;
}

/** A compiled step, with the state that it has reached. */
export interface Stateful<S, A extends readonly unknown[], R> extends Seen {
  /** Makes one step (or `steps`), and gives its aux. When it throws, the state is the one before. */
  (...args: A): R;
  /** A copy of the state. */
  read(): S;
  /** Goes on from another state, of the same structure and types. */
  write(state: S): void;
}

type Step = (state: unknown, ...args: readonly unknown[]) => { readonly state: unknown; readonly aux: unknown };

/** `compile` of a step whose state stays in memory. */
export function compileStep(given: (...args: never[]) => unknown, options: StateOptions<unknown>): unknown {
  const step = given as unknown as Step; // compile's overload says so
  const { steps } = options;
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 1)) {
    throw new ArgumentError('compile', `steps is ${String(steps)}, not a count of at least 1.`);
  }
  const first = flatten('compile', options.state, undefined, 'state');
  let held: readonly Concrete[] = first.leaves.map((leaf) => leaf.concrete('compile'));
  const run = steps === undefined ? step : repeated(step, steps);
  const cache = new Cache<TracedForm>(step.name);
  let current: TracedForm | null = null;
  const inPlaceOfState = (form: TracedForm): void => {
    if (form === current) return;
    const state = current?.runner.readState() ?? held;
    form.runner.writeState(state);
    current = form;
    held = [];
  };
  const call = (...args: readonly unknown[]): unknown => {
    const flat = takeApart(args);
    const leaves = flat.leaves.map((leaf) => (typeof leaf === 'number' ? full([], leaf) : leaf).concrete('compile'));
    const form = cache.find(keyOf(flat, leaves), () => {
      const all = {
        rebuild: (inputs: readonly Tensor[]) => [
          first.rebuild(inputs.slice(0, first.leaves.length)),
          ...flat.rebuild(inputs.slice(first.leaves.length)),
        ],
      };
      const checked = (...inputs: readonly unknown[]) => inOrder(run(...(inputs as [unknown])), first); // the state comes first
      return traceForm(
        checked as (...args: never[]) => unknown,
        all,
        [...first.leaves, ...leaves],
        runnerOptions(options, first.leaves.length),
      );
    });
    if (form === null) throw new ArgumentError('compile', 'a step with a state cannot run inside another transform.');
    inPlaceOfState(form);
    const results = form.runner.run(leaves);
    return (form.rebuild([...first.leaves, ...results]) as { aux: unknown }).aux; // as inOrder made it
  };
  return Object.assign(call, seen(step.name, cache), {
    read: () => first.rebuild(current?.runner.readState() ?? held),
    write(state: unknown): void {
      const leaves = checkState(state, first).map((leaf) => leaf.concrete('compile'));
      if (current === null) held = leaves;
      else current.runner.writeState(leaves);
    },
  });
}

/** Several steps as one: a scan over the arguments' leading axis. */
const repeated =
  (step: Step, steps: number): Step =>
  (state, ...args) => {
    const { carry, ys } = scan(
      (own: unknown, xs: readonly unknown[]) => {
        const { state: carried, aux } = step(own, ...xs);
        return { carry: carried, y: aux };
      },
      state,
      args,
      { length: steps },
    );
    return { state: carry, aux: ys };
  };

type Flat = ReturnType<typeof flatten<Tensor>>;

/** A step's result with its state's leaves first, checked against the state that it was given. */
function inOrder(result: ReturnType<Step>, first: Flat): { state: readonly Tensor[]; aux: unknown } {
  if (typeof result !== 'object' || result === null || !('state' in result)) {
    throw new ArgumentError('compile', 'a step with a state must return { state, aux }.');
  }
  return { state: checkState(result.state, first), aux: result.aux ?? null };
}

function checkState(state: unknown, first: Flat): readonly Tensor[] {
  const { leaves, structure, paths } = flatten('compile', state, undefined, 'state');
  if (structure !== first.structure) {
    throw new ShapeError(
      'compile',
      `the state was ${first.structure}, and is now ${structure}. Return all of its parts.`,
    );
  }
  leaves.forEach((leaf, i) => {
    const before = first.leaves[i] as Tensor; // of one structure
    if (sameType(leaf, before)) return;
    throw new ShapeError('compile', `${paths[i]} was ${formatType(before)}, and is now ${formatType(leaf)}.`);
  });
  return leaves;
}

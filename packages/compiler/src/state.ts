import { flatten, scan } from '@throughline/autograd';
import { Abstract, inOrderOf, refusePromise } from '@throughline/autograd/back-end';
import { ArgumentError, type Concrete, formatType, ShapeError, sameType, Tensor } from '@throughline/tensor';
import { takeApart } from './arguments.ts';
import { Cache } from './cache.ts';
import type { CompileOptions } from './options.ts';
import { type Seen, seen } from './report/seen.ts';
import type { RunnerOptions } from './run/runner.ts';
import { type TracedForm, traceForm } from './trace-form.ts';

/** How a step with a state is compiled. */
export interface StateOptions<S> extends CompileOptions {
  /** The state before the first step: a tree of tensors. */
  readonly state: S;
  /**
   * How many steps one call makes: tensors among the arguments then have a leading axis with one slice per step, and so has
   * aux; numbers and all else are the same for each.
   */
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
export function compileStep(
  given: (...args: never[]) => unknown,
  { state, steps }: StateOptions<unknown>,
  options: Omit<RunnerOptions, 'resident'>,
): unknown {
  const step = given as unknown as Step; // compile's overload says so
  const first = flatten('compile', state, undefined, 'state');
  let held: readonly Concrete[] = first.leaves.map((leaf) => leaf.concrete('compile'));
  const run = steps === undefined ? step : repeated(step, steps);
  const checked = (...inputs: readonly unknown[]) => inOrder(run(...(inputs as [unknown])), first); // the state comes first
  Object.defineProperty(checked, 'name', { value: step.name });
  const cache = new Cache(step.name);
  let current: TracedForm | null = null;
  const inPlaceOfState = (form: TracedForm): void => {
    if (form === current) return;
    const state = current?.runner.readState() ?? held;
    form.runner.writeState(state);
    current = form;
    held = [];
  };
  const call = (...args: readonly unknown[]): unknown => {
    if (current?.runner.isRunning) throw entered(step.name); // its state is not yet known
    const resident = first.leaves.length;
    const found = cache.find(args, (flat) => traceForm(checked, flat, { ...options, resident }, first));
    if (found === null) throw insideAnother(); // its derivatives would be lost
    const { form, inputs } = found;
    form.check(inputs);
    inPlaceOfState(form);
    const results = form.runner.run(inputs);
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

/** Several steps as one: a scan over the leading axis of the arguments' tensors. */
const repeated =
  (step: Step, steps: number): Step =>
  (state, ...args) => {
    const { leaves, rebuild } = takeApart(args);
    const slices = leaves.filter(isSequence);
    for (const slice of slices) {
      if (slice.shape[0] === steps) continue;
      throw new ShapeError(
        'compile',
        `an argument is ${formatType(slice)}; a call makes ${steps} steps, and needs as many slices.`,
      );
    }
    const { carry, ys } = scan(
      (own: unknown, xs: readonly Tensor[]) => {
        let next = 0;
        const given = leaves.map((leaf) => (isSequence(leaf) ? xs[next++] : leaf)) as Tensor[]; // one x per sequence; traced numbers are tensors
        const { state: carried, aux } = checkResult(step(own, ...rebuild(given)));
        return { carry: carried, y: aux };
      },
      state,
      slices,
      { length: steps },
    );
    return { state: carry, aux: ys };
  };

/** A tensor that was given as one: numbers are the same for all steps. */
const isSequence = (leaf: Tensor | number): leaf is Tensor =>
  leaf instanceof Tensor && !(leaf instanceof Abstract && leaf.weak !== undefined);

const entered = (name: string): ArgumentError =>
  new ArgumentError(
    'compile',
    `${name || 'a step'} has a state and was called while it runs. Compile a second step with a state of its own.`,
  );

const insideAnother = (): ArgumentError =>
  new ArgumentError('compile', 'a step with a state cannot run inside another transform.');

type Flat = ReturnType<typeof flatten<Tensor>>;

/** A step's result with its state's leaves first, checked against the state that it was given. */
function inOrder(given: ReturnType<Step>, first: Flat): { state: readonly Tensor[]; aux: unknown } {
  const { state, aux } = checkResult(given);
  return { state: checkState(state, first), aux: aux ?? null };
}

function checkResult(result: ReturnType<Step>): ReturnType<Step> {
  refusePromise('compile', result);
  if (typeof result !== 'object' || result === null || !('state' in result)) {
    throw new ArgumentError('compile', 'a step with a state must return { state, aux }.');
  }
  return result;
}

function checkState(given: unknown, first: Flat): readonly Tensor[] {
  const { leaves, structure, paths } = flatten(
    'compile',
    inOrderOf(first.rebuild(first.leaves), given),
    undefined,
    'state',
  );
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

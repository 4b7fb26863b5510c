import { ArgumentError } from '@throughline/tensor';
import { Cache } from './cache.ts';
import { fastEntry } from './emit/fast-entry.ts';
import type { CompileOptions } from './options.ts';
import { type Seen, seen } from './report/seen.ts';
import type { RunnerOptions } from './run/runner.ts';
import { compileStep, type Stateful, type StateOptions } from './state.ts';
import { traceForm } from './trace-form.ts';

/** A function that runs compiled. */
export interface Compiled<A extends readonly unknown[], R> extends Seen {
  (...args: A): R;
}

/**
 * The same function, compiled to WebAssembly for each structure and each set of types that it is called with.
 *
 * The first call with new types records the function on abstract values, so that it must not read numbers; later ones
 * run one compiled program, loops over time included. Arguments are trees of tensors and numbers, which are inputs, and
 * strings, booleans and functions, which are part of what was asked for; tensors from outside are constants of the first
 * call. Transforms nest both ways: `compile(valueAndGrad(loss))` is the usual form, and inside another transform the
 * function runs as written. Bits: those of the interpreter on the same (optimised) Program.
 *
 * With `{ state }` the function is a step `(state, …args) → { state, aux }`: the state stays in the compiled program's
 * memory, and a call gives aux alone.
 * @throws TraceError when the function reads a value; ArgumentError when it is async.
 * @example compile((x) => mul(x, x))(tensor([1, 2, 3]))   // f64[3] [1, 4, 9]
 */
export function compile<S, A extends readonly unknown[], R>(
  f: (state: S, ...args: A) => { readonly state: S; readonly aux: R },
  options: StateOptions<S>,
): Stateful<S, A, R>;
export function compile<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options?: CompileOptions,
): Compiled<A, R>;
export function compile(
  f: (...args: never[]) => unknown,
  options: CompileOptions | StateOptions<unknown> = {},
): unknown {
  const checked = checkOptions(f, options);
  return 'state' in options ? compileStep(f, options, checked) : compileFunction(f, { ...checked, resident: 0 });
}

function compileFunction(
  f: (...args: never[]) => unknown,
  options: RunnerOptions,
): Compiled<readonly unknown[], unknown> {
  const cache = new Cache(f.name);
  const run = (...args: readonly unknown[]): unknown => {
    const call = cache.find(args, (flat) => traceForm(f, flat, options));
    if (call === null) return f(...(args as never[])); // inside another transform it is part of that
    const { form, inputs } = call;
    form.check(inputs);
    return form.rebuild(form.runner.run(inputs));
  };
  return Object.assign(run, seen(f.name, cache));
}

const optionNames = ['reassociate', 'arithmetic', 'threads', 'state', 'steps'];

/** What the options mean, if they mean anything, for whatever runs a traced function. */
function checkOptions(f: unknown, options: CompileOptions | StateOptions<unknown>): Omit<RunnerOptions, 'resident'> {
  const refuse = (text: string): never => {
    throw new ArgumentError('compile', text);
  };
  if (typeof f !== 'function') refuse(`takes a function, got ${f === null ? 'null' : typeof f}.`);
  if (typeof options !== 'object' || options === null) refuse(`options are ${String(options)}, not a record.`);
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown !== undefined) refuse(`there is no option "${unknown}". Options are ${optionNames.join(', ')}.`);
  const { reassociate = true, arithmetic = 'exact', threads = 1 } = options;
  if (typeof reassociate !== 'boolean') refuse(`reassociate is ${String(reassociate)}, not true or false.`);
  if (arithmetic !== 'exact' && arithmetic !== 'fast') {
    refuse(`arithmetic is ${String(arithmetic)}, not 'exact' or 'fast'.`);
  }
  if (arithmetic === 'fast') fastEntry.for('compile');
  if (threads !== 1) {
    refuse(`threads is ${String(threads)}. It may be 1; startThreads says how many others run on.`);
  }
  if ('state' in options) {
    const { steps = 1 } = options;
    if (!(Number.isInteger(steps) && steps >= 1)) refuse(`steps is ${String(steps)}, not a count of at least 1.`);
  } else if ('steps' in options) {
    refuse('steps is for functions with a state. Give { state }, or scan over the steps.');
  }
  return { reassociate, fast: arithmetic === 'fast', alone: options.threads === 1 };
}

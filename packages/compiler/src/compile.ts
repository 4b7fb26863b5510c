import { ArgumentError, Concrete, full } from '@throughline/tensor';
import { takeApart } from './arguments.ts';
import { Cache } from './cache.ts';
import { type CompileOptions, keyOf, runnerOptions } from './options.ts';
import { type Seen, seen } from './report/seen.ts';
import type { RunnerOptions } from './run/runner.ts';
import { compileStep, type Stateful, type StateOptions } from './state.ts';
import { type TracedForm, traceForm } from './trace-form.ts';

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
  checkOptions(f, options);
  return 'state' in options ? compileStep(f, options) : compileFunction(f, runnerOptions(options));
}

function compileFunction(
  f: (...args: never[]) => unknown,
  options: RunnerOptions,
): Compiled<readonly unknown[], unknown> {
  const cache = new Cache<TracedForm>(f.name);
  const run = (...args: readonly unknown[]): unknown => {
    const flat = takeApart(args);
    const leaves = flat.leaves.map((leaf) => (typeof leaf === 'number' ? full([], leaf) : leaf));
    const form = isConcrete(leaves) ? cache.find(keyOf(flat, leaves), () => traceForm(f, flat, leaves, options)) : null;
    if (form === null || !isConcrete(leaves)) return f(...(args as never[])); // inside another transform it is part of that
    return form.rebuild(form.runner.run(leaves));
  };
  return Object.assign(run, seen(f.name, cache));
}

const isConcrete = (leaves: readonly unknown[]): leaves is readonly Concrete[] =>
  leaves.every((leaf) => leaf instanceof Concrete);

function checkOptions(f: unknown, { arithmetic, threads }: CompileOptions): void {
  if (typeof f !== 'function') throw new ArgumentError('compile', `takes a function, got ${typeof f}.`);
  if (arithmetic !== undefined && arithmetic !== 'exact' && arithmetic !== 'fast') {
    throw new ArgumentError('compile', `arithmetic is ${String(arithmetic)}, not 'exact' or 'fast'.`);
  }
  if (threads !== undefined && threads !== 1) {
    throw new ArgumentError(
      'compile',
      `threads is ${String(threads)}. It may be 1; startThreads says how many others run on.`,
    );
  }
}

import { flatten } from '@throughline/autograd';
import { isResult, type Program, record, refusePromise } from '@throughline/autograd/back-end';
import { ArgumentError, Concrete, full, type Tensor, type TensorType } from '@throughline/tensor';
import { type Arguments, takeApart } from './arguments.ts';
import { Cache } from './cache.ts';
import { notify } from './notify.ts';
import { Runner, type RunnerOptions } from './run/runner.ts';

/** How a function is compiled. */
export interface CompileOptions {
  /**
   * Whether sums may be added in another order (true by default): then a result differs from the interpreter's by rounding
   * alone. Either way the bits are the same on every engine and for any number of threads.
   */
  readonly reassociate?: boolean;
  /** `'fast'` fuses multiplications with additions where the engine can: bits differ from machine to machine. */
  readonly arithmetic?: 'exact' | 'fast';
  /** At most so many of the threads that were started; all by default. */
  readonly threads?: number;
}

/** One traced form of a function: what it was traced to, and how its results are put together. */
interface Traced {
  readonly runner: Runner;
  rebuild(results: readonly Tensor[]): unknown;
}

/** A function that runs compiled. */
export interface Compiled<A extends readonly unknown[], R> {
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
 * @throws TraceError when the function reads a value; ArgumentError when it is async.
 * @example compile((x) => mul(x, x))(tensor([1, 2, 3]))   // f64[3] [1, 4, 9]
 */
export function compile<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: CompileOptions = {},
): Compiled<A, R> {
  checkOptions(f, options);
  const cache = new Cache<Traced>(f.name);
  return (...args) => {
    const flat = takeApart(args);
    const leaves = flat.leaves.map((leaf) => (typeof leaf === 'number' ? full([], leaf) : leaf));
    if (!leaves.every((leaf) => leaf instanceof Concrete)) return f(...args); // inside another transform
    const traced = cache.find(keyOf(flat, leaves), () => traceOf(f, flat, leaves, { ...runnerOptions(options), resident: 0 }));
    if (traced === null) return f(...args);
    return traced.rebuild(traced.runner.run(leaves)) as R; // put together as f's result
  };
}

const keyOf = ({ structure, leaves }: Arguments, types: readonly TensorType[]): string =>
  `${structure} ${types.map(({ dtype, shape }, i) => `${typeof leaves[i] === 'number' ? '~' : ''}${dtype}[${shape}]`).join(' ')}`;

export const runnerOptions = ({ reassociate = true, arithmetic = 'exact', threads }: CompileOptions): Omit<RunnerOptions, 'resident'> => ({
  reassociate,
  fast: arithmetic === 'fast',
  threads: threads ?? Number.POSITIVE_INFINITY,
});

/** Null when the function uses values of a transform that is running: it then is part of that. */
export function traceOf(
  f: (...args: never[]) => unknown,
  flat: Pick<Arguments, 'rebuild'>,
  types: readonly TensorType[],
  options: RunnerOptions,
): Traced | null {
  let structure: ReturnType<typeof flatten<Tensor | null>> | undefined;
  const { program, captures } = record(types, (inputs) => {
    const result = refusePromise('compile', f(...(flat.rebuild(inputs) as never[]))); // rebuilt in the arguments' structure
    structure = flatten('compile', result, isResult, 'the result');
    return structure.leaves.filter((leaf) => leaf !== null);
  });
  if (captures.length > 0) return null;
  warnOfConstants(f.name, program);
  const { leaves, rebuild } = structure as NonNullable<typeof structure>; // record calls its function
  const runner = new Runner(program, f.name, options);
  return {
    runner,
    rebuild(results) {
      let next = 0;
      return rebuild(leaves.map((leaf) => (leaf === null ? null : results[next++])));
    },
  };
}

const LARGE = 1_000_000;

function warnOfConstants(name: string, { constants }: Program): void {
  const large = [...constants.values()].filter(({ storage }) => storage.byteLength > LARGE);
  if (large.length === 0) return;
  const bytes = large.reduce((sum, { storage }) => sum + storage.byteLength, 0);
  notify(
    `compile: ${name || 'the function'} captured ${large.length} tensors of ${(bytes / 1e6).toFixed(1)} MB as constants. Pass them as arguments if they change.`,
  );
}

function checkOptions(f: unknown, { arithmetic, threads }: CompileOptions): void {
  if (typeof f !== 'function') throw new ArgumentError('compile', `takes a function, got ${typeof f}.`);
  if (arithmetic !== undefined && arithmetic !== 'exact' && arithmetic !== 'fast') {
    throw new ArgumentError('compile', `arithmetic is ${String(arithmetic)}, not 'exact' or 'fast'.`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new ArgumentError('compile', `threads is ${String(threads)}, not a count of at least 1.`);
  }
}


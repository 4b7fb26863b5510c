import { flatten } from '@throughline/autograd';
import { isResult, type Program, record, refusePromise } from '@throughline/autograd/back-end';
import { withLines } from '@throughline/autograd/debug';
import type { Tensor, TensorType } from '@throughline/tensor';
import { type Arguments, takeApart } from './arguments.ts';
import { notify } from './notify.ts';
import { Runner, type RunnerOptions } from './run/runner.ts';

/** A function traced for one set of types: how it is run, and how its results are put together. */
export interface TracedForm {
  readonly runner: Runner;
  /** The result's structure, with its leaves' types in order. */
  readonly structure: string;
  rebuild(results: readonly Tensor[]): unknown;
  /** The Program once more, its equations with the user's lines. */
  traceAgain(): Program;
}

/** Null when the function uses values of a transform that is running: it then is part of that. */
export function traceForm(
  f: (...args: never[]) => unknown,
  flat: Pick<Arguments, 'rebuild'>,
  types: readonly TensorType[],
  options: RunnerOptions,
): TracedForm | null {
  const tracing = traced(f, flat, types);
  if (tracing === null) return null;
  warnOfConstants(f.name, tracing.program);
  const bare = types.map(({ dtype, shape }) => ({ dtype, shape })); // without elements, where they were tensors
  return formOf(f, tracing, bare, options);
}

interface Tracing {
  readonly program: Program;
  readonly result: ReturnType<typeof flatten<Tensor | null>>;
  /** The arguments with abstract leaves, so that nothing keeps the tensors of the first call. */
  readonly args: Arguments;
}

function traced(
  f: (...args: never[]) => unknown,
  flat: Pick<Arguments, 'rebuild'>,
  types: readonly TensorType[],
): Tracing | null {
  let found: Omit<Tracing, 'program'> | undefined;
  const { program, captures } = record(types, (inputs) => {
    const args = flat.rebuild(inputs);
    const given = refusePromise('compile', f(...(args as never[]))); // in the arguments' structure
    const result = flatten('compile', given, isResult, 'the result');
    found = { result, args: takeApart(args) };
    return result.leaves.filter((leaf) => leaf !== null);
  });
  return captures.length > 0 || found === undefined ? null : { program, ...found };
}

function formOf(
  f: (...args: never[]) => unknown,
  { program, result, args }: Tracing,
  types: readonly TensorType[],
  options: RunnerOptions,
): TracedForm {
  const { leaves, rebuild, structure } = result;
  return {
    runner: new Runner(program, f.name, options),
    structure,
    rebuild(results) {
      let next = 0;
      return rebuild(leaves.map((leaf) => (leaf === null ? null : results[next++])));
    },
    traceAgain: () => withLines(() => traced(f, args, types))?.program ?? program,
  };
}

/** Constants of more bytes are probably data that was meant to be an argument. */
const LARGE = 1_000_000;

function warnOfConstants(name: string, { constants }: Program): void {
  const large = [...constants.values()].filter(({ storage }) => storage.byteLength > LARGE);
  if (large.length === 0) return;
  const size = large.reduce((sum, { storage }) => sum + storage.byteLength, 0) / 1e6;
  notify(
    `compile: ${name || 'the function'} captured ${large.length} tensors of ${size.toFixed(1)} MB as constants. Pass them as arguments if they change.`,
  );
}

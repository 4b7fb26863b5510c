import { flatten } from '@throughline/autograd';
import { isResult, type Program, record, refusePromise } from '@throughline/autograd/back-end';
import { withLines } from '@throughline/autograd/debug';
import { full, Tensor, type TensorType } from '@throughline/tensor';
import { type Arguments, takeApart } from './arguments.ts';
import { notify } from './notify.ts';
import { Runner, type RunnerOptions } from './run/runner.ts';

/** A function traced for one set of types: how it is run, and how its results are put together. */
export interface TracedForm {
  readonly runner: Runner;
  /** The result's structure, with its leaves' types in order. */
  readonly structure: string;
  /** Throws when a number among a call's inputs does not fit a tensor that it stands beside, as the op would. */
  check(leaves: readonly (Tensor | number)[]): void;
  rebuild(results: readonly Tensor[]): unknown;
  /** The Program once more, its equations with the user's lines. */
  traceAgain(): Program;
}

/** An input as it is stored: numbers are float64, as literal ones are where nothing stands beside them. */
export const asTensor = (leaf: Tensor | number): Tensor => (typeof leaf === 'number' ? full([], leaf) : leaf);

/** An input of which only the type counts, or that it is a number. */
type Leaf = TensorType | number;

/** Null when the function uses values of a transform that is running: it then is part of that. */
export function traceForm(
  f: (...args: never[]) => unknown,
  flat: Pick<Arguments, 'rebuild'>,
  leaves: readonly (Tensor | number)[],
  options: RunnerOptions,
): TracedForm | null {
  const tracing = traced(f, flat, leaves);
  if (tracing === null) return null;
  warnOfConstants(f.name, tracing.program);
  // without elements, where they were tensors
  const bare = leaves.map((leaf) => (leaf instanceof Tensor ? { dtype: leaf.dtype, shape: leaf.shape } : leaf));
  return formOf(f, tracing, bare, options);
}

interface Tracing {
  readonly program: Program;
  readonly result: ReturnType<typeof flatten<Tensor | null>>;
  /** The arguments with abstract leaves, so that nothing keeps the tensors of the first call. */
  readonly args: Arguments;
  /** What every number among the inputs must satisfy. */
  readonly checks: readonly (readonly ((value: number) => void)[])[];
}

function traced(
  f: (...args: never[]) => unknown,
  flat: Pick<Arguments, 'rebuild'>,
  leaves: readonly Leaf[],
): Tracing | null {
  let found: Pick<Tracing, 'result' | 'args'> | undefined;
  const checks: ((value: number) => void)[][] = [];
  const types = leaves.map((leaf): TensorType => (typeof leaf === 'number' ? { dtype: 'float64', shape: [] } : leaf));
  const { program, captures } = record(types, (inputs) => {
    leaves.forEach((leaf, i) => {
      const input = inputs[i];
      if (typeof leaf !== 'number' || input === undefined) return;
      input.weak = [];
      checks[i] = input.weak;
    });
    const args = flat.rebuild(inputs);
    const given = refusePromise('compile', f(...(args as never[]))); // in the arguments' structure
    const result = flatten('compile', given, isResult, 'the result');
    found = { result, args: takeApart(args) };
    return result.leaves.filter((leaf) => leaf !== null);
  });
  return captures.length > 0 || found === undefined ? null : { program, checks, ...found };
}

function formOf(
  f: (...args: never[]) => unknown,
  { program, result, args, checks }: Tracing,
  leaves: readonly Leaf[],
  options: RunnerOptions,
): TracedForm {
  const { leaves: results, rebuild, structure } = result;
  return {
    runner: new Runner(program, f.name, options),
    structure,
    check: (given) =>
      checks.forEach((all, i) => {
        for (const check of all) check(given[i] as number); // of one form: the same leaves are numbers
      }),
    rebuild(tensors) {
      let next = 0;
      return rebuild(results.map((leaf) => (leaf === null ? null : tensors[next++])));
    },
    traceAgain: () => withLines(() => traced(f, args, leaves))?.program ?? program,
  };
}

/** Constants of more bytes are probably data that was meant to be an argument. */
const LARGE = 1_000_000;

function warnOfConstants(name: string, { constants }: Program): void {
  const large = [...constants.values()].filter(({ storage }) => storage.byteLength > LARGE);
  if (large.length === 0) return;
  const size = large.reduce((sum, { storage }) => sum + storage.byteLength, 0) / 1e6;
  const [count, them, kind] =
    large.length === 1 ? ['1 tensor', 'it', 'a constant'] : [`${large.length} tensors`, 'them', 'constants'];
  notify(
    `compile: ${name || 'a function'} captured ${count} of ${size.toFixed(1)} MB as ${kind}. Pass ${them} as an argument to change ${them}.`,
  );
}

import { flatten } from '@throughline/autograd';
import { isResult, type Program, record, refusePromise } from '@throughline/autograd/back-end';
import { withLines } from '@throughline/autograd/debug';
import { type Concrete, Tensor, type TensorType } from '@throughline/tensor';
import { type Arguments, fits, takeApart } from './arguments.ts';
import { notify } from './notify.ts';
import { Runner, type RunnerOptions } from './run/runner.ts';

/** A function traced for one set of types: how it is run, and how its results are put together. */
export interface TracedForm {
  readonly runner: Runner;
  /** The result's structure, with its leaves' types in order. */
  readonly structure: string;
  /** A call's inputs, a state's apart; null when the call is of another form. */
  inputsOf(args: readonly unknown[]): readonly Concrete[] | null;
  /** Throws when a number among a call's inputs does not fit a tensor that it stands beside, as the op would. */
  check(inputs: readonly Concrete[]): void;
  rebuild(results: readonly Tensor[]): unknown;
  /** The Program once more, its equations with the user's lines. */
  traceAgain(): Program;
}

/** An input of which only the type counts, or that it is a number. */
type Leaf = TensorType | number;

/** What stands before the arguments. */
type State = ReturnType<typeof flatten<Tensor>>;

/** Null when the function uses values of a transform that is running: it then is part of that. */
export function traceForm(
  f: (...args: never[]) => unknown,
  flat: Arguments,
  options: RunnerOptions,
  state?: State,
): TracedForm | null {
  // without elements, where they are tensors
  const leaves = flat.leaves.map((leaf) => (leaf instanceof Tensor ? { dtype: leaf.dtype, shape: leaf.shape } : leaf));
  const tracing = traced(f, flat, leaves, state);
  if (tracing === null) return null;
  warnOfConstants(f.name, tracing.program);
  return formOf(f, tracing, leaves, options, state);
}

interface Tracing {
  readonly program: Program;
  readonly result: ReturnType<typeof flatten<Tensor | null>>;
  /** The arguments with abstract leaves, so that nothing keeps the tensors of the first call. */
  readonly args: readonly unknown[];
  /** What every number among them must satisfy. */
  readonly checks: readonly (readonly ((value: number) => void)[])[];
}

function traced(
  f: (...args: never[]) => unknown,
  flat: Arguments,
  leaves: readonly Leaf[],
  state?: State,
): Tracing | null {
  let found: Pick<Tracing, 'result' | 'args'> | undefined;
  const checks: ((value: number) => void)[][] = [];
  const types = leaves.map((leaf): TensorType => (typeof leaf === 'number' ? { dtype: 'float64', shape: [] } : leaf));
  const before = state?.leaves ?? [];
  const { program, captures } = record([...before, ...types], (all) => {
    const inputs = all.slice(before.length);
    leaves.forEach((leaf, i) => {
      const input = inputs[i];
      if (typeof leaf !== 'number' || input === undefined) return;
      input.weak = [];
      checks[i] = input.weak;
    });
    const args = flat.rebuild(inputs);
    const own = [...(state ? [state.rebuild(all)] : []), ...flat.rebuild(inputs)]; // f may change what it is given
    const given = refusePromise('compile', f(...(own as never[]))); // in the arguments' structure
    const result = flatten('compile', given, isResult, 'the result');
    found = { result, args };
    return result.leaves.filter((leaf) => leaf !== null);
  });
  return captures.length > 0 || found === undefined ? null : { program, checks, ...found };
}

function formOf(
  f: (...args: never[]) => unknown,
  { program, result, args, checks }: Tracing,
  leaves: readonly Leaf[],
  options: RunnerOptions,
  state?: State,
): TracedForm {
  const { leaves: results, rebuild, structure } = result;
  return {
    runner: new Runner(program, f.name, options),
    structure,
    inputsOf(given) {
      const inputs: Concrete[] = [];
      return fits(args, given, inputs) ? inputs : null;
    },
    check: (inputs) =>
      checks.forEach((all, i) => {
        for (const check of all) check((inputs[i] as Concrete).item()); // of one form: the same inputs are numbers
      }),
    rebuild(tensors) {
      let next = 0;
      return rebuild(results.map((leaf) => (leaf === null ? null : tensors[next++])));
    },
    traceAgain: () => withLines(() => traced(f, takeApart(args), leaves, state))?.program ?? program,
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

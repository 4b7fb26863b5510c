import { flatten } from '@throughline/autograd';
import { isResult, type Program, record, refusePromise } from '@throughline/autograd/back-end';
import { full, type Tensor } from '@throughline/tensor';
import type { Arguments } from './arguments.ts';
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
}

/** An input as it is stored: numbers are float64, as literal ones are where nothing stands beside them. */
export const asTensor = (leaf: Tensor | number): Tensor => (typeof leaf === 'number' ? full([], leaf) : leaf);

/** Null when the function uses values of a transform that is running: it then is part of that. */
export function traceForm(
  f: (...args: never[]) => unknown,
  flat: Pick<Arguments, 'rebuild'>,
  leaves: readonly (Tensor | number)[],
  options: RunnerOptions,
): TracedForm | null {
  let result: ReturnType<typeof flatten<Tensor | null>> | undefined;
  const checks: ((value: number) => void)[][] = [];
  const { program, captures } = record(leaves.map(asTensor), (inputs) => {
    leaves.forEach((leaf, i) => {
      const input = inputs[i];
      if (typeof leaf === 'number' && input !== undefined) {
        input.weak = [];
        checks[i] = input.weak;
      }
    });
    const given = refusePromise('compile', f(...(flat.rebuild(inputs) as never[]))); // in the arguments' structure
    result = flatten('compile', given, isResult, 'the result');
    return result.leaves.filter((leaf) => leaf !== null);
  });
  if (captures.length > 0) return null;
  warnOfConstants(f.name, program);
  const { leaves: results, rebuild, structure } = result as NonNullable<typeof result>; // record calls its function
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

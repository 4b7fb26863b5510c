import { formatType, full, Tensor, TraceError } from '@throughline/tensor';
import { record } from '../builder.ts';
import type { Program } from '../program.ts';
import { flatten, isOperand, isResult, refusePromise } from '../tree.ts';

/**
 * Records what a function does to tensors of the given types, as a Program.
 *
 * The arguments are examples: trees of tensors, of which only the types count, or numbers, which become float64 scalar
 * inputs. The Program's inputs are their leaves in order; tensors from outside become constants. Its outputs are the result's leaves in order,
 * without nulls.
 * @throws TraceError when a value is read inside, or when `f` uses values of an outer transform.
 * @example trace((x) => mul(x, 2), tensor([1, 2])).equations.length   // 2
 */
export function trace<A extends readonly unknown[]>(f: (...args: A) => unknown, ...examples: A): Program {
  const flat = flatten('trace', examples, isOperand);
  const types = flat.leaves.map((leaf) => (leaf instanceof Tensor ? leaf : full([], leaf)));
  const { program, captures } = record(types, (inputs) => {
    const result = f(...(flat.rebuild(inputs) as unknown as A)); // rebuilt in A's structure
    refusePromise('trace', result);
    return flatten('trace', result, isResult, 'the result').leaves.filter((leaf) => leaf !== null);
  });
  const capture = captures[0];
  if (capture !== undefined) {
    throw new TraceError(
      'trace',
      `f uses a value of an outer transform (${formatType(capture)}). Pass it as an argument.`,
    );
  }
  return program;
}

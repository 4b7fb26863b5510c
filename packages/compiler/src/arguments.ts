import { flatten } from '@throughline/autograd';
import { Abstract } from '@throughline/autograd/back-end';
import { ArgumentError, Concrete, full, sameType, Tensor } from '@throughline/tensor';

/** Arguments taken apart: tensors and numbers are inputs, all else is part of what was asked for. */
export interface Arguments {
  readonly leaves: readonly (Tensor | number)[];
  rebuild(leaves: readonly Tensor[]): readonly unknown[];
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
};
const isLeaf = (value: unknown): value is unknown => !isBranch(value);
const isInput = (value: unknown): value is Tensor | number => value instanceof Tensor || typeof value === 'number';

/** Takes a call's arguments apart. */
export function takeApart(args: readonly unknown[]): Arguments {
  const all = flatten('compile', args, isLeaf);
  for (const leaf of all.leaves) {
    if (typeof leaf !== 'object' || leaf === null || leaf instanceof Tensor) continue;
    const kind = leaf.constructor.name;
    throw new ArgumentError('compile', `an argument has a ${kind}: its numbers may change unseen. Pass a tensor.`);
  }
  return {
    leaves: all.leaves.filter(isInput),
    rebuild(inputs) {
      let next = 0;
      return all.rebuild(all.leaves.map((leaf) => (isInput(leaf) ? inputs[next++] : leaf))) as readonly unknown[]; // a list, as args is
    },
  };
}

/** An input as it is stored: numbers are float64, as literal ones are where nothing stands beside them. */
export const asTensor = (leaf: Tensor | number): Tensor => (typeof leaf === 'number' ? full([], leaf) : leaf);

/**
 * Whether arguments have the structure and types of those that were traced, and equal strings, booleans and functions.
 * Inputs on the way are put into a list; it is of no use unless all fits.
 */
export function fits(traced: unknown, given: unknown, inputs: Concrete[]): boolean {
  if (traced instanceof Abstract) {
    if ((typeof given === 'number') !== (traced.weak !== undefined) || !isInput(given)) return false;
    const input = asTensor(given);
    return input instanceof Concrete && sameType(input, traced) && inputs.push(input) > 0;
  }
  if (!isBranch(traced) || !isBranch(given)) return Object.is(traced, given);
  const isList = Array.isArray(traced);
  if (isList !== Array.isArray(given) || (isList && traced.length !== given.length)) return false;
  const [keys, others] = [Object.keys(traced), Object.keys(given)];
  return (
    keys.length === others.length && keys.every((key, i) => key === others[i] && fits(traced[key], given[key], inputs))
  );
}

import { flatten } from '@throughline/autograd';
import { ArgumentError, Tensor, type TensorType } from '@throughline/tensor';
import { ensure } from './collections.ts';

/** Arguments taken apart: tensors and numbers are inputs, all else is part of what was asked for. */
export interface Arguments {
  readonly leaves: readonly (Tensor | number)[];
  /** Equal for calls of one structure with equal strings, booleans and functions. */
  readonly structure: string;
  rebuild(leaves: readonly Tensor[]): readonly unknown[];
}

const isLeaf = (value: unknown): value is unknown => !isBranch(value);
const isBranch = (value: unknown): boolean =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value)));
const isInput = (value: unknown): value is Tensor | number => value instanceof Tensor || typeof value === 'number';

/** Takes a call's arguments apart. */
export function takeApart(args: readonly unknown[]): Arguments {
  const all = flatten('compile', args, isLeaf);
  const leaves = all.leaves.filter(isInput);
  const statics = all.leaves.map((leaf) => (isInput(leaf) ? '*' : staticKey(leaf)));
  return {
    leaves,
    structure: `${all.structure} ${statics.join(';')}`,
    rebuild(inputs) {
      let next = 0;
      return all.rebuild(all.leaves.map((leaf) => (isInput(leaf) ? inputs[next++] : leaf))) as readonly unknown[]; // a list, as args is
    },
  };
}

const identities = new WeakMap<object, number>();
let count = 0;

/** A name for something that is no number: values by value, functions and objects by identity. */
function staticKey(value: unknown): string {
  if (ArrayBuffer.isView(value) || value instanceof Date) {
    const kind = value.constructor.name;
    throw new ArgumentError('compile', `an argument has a ${kind}: its numbers may change unseen. Pass a tensor.`);
  }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return JSON.stringify(value) ?? 'undefined';
  return `#${ensure(identities, value, () => ++count)}`;
}

/** What one compiled form serves: calls of one structure and one set of types. */
export const keyOf = ({ structure, leaves }: Arguments, types: readonly TensorType[]): string =>
  `${structure} ${types.map(({ dtype, shape }, i) => `${typeof leaves[i] === 'number' ? '~' : ''}${dtype}[${shape}]`).join(' ')}`;

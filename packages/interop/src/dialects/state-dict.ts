import { ArgumentError, DTypeError, formatType, isFloat, Tensor } from '@throughline/tensor';
import { kindOf } from '../bytes/check-bytes.ts';
import { quoted } from '../bytes/format-error.ts';
import type { StateDict } from '../safetensors/read.ts';

/** Throws unless it is a record of tensors. */
export function checkStateDict(op: string, dict: unknown): asserts dict is StateDict {
  const remedy = 'Give tensors by name: readSafetensors(bytes).tensors.';
  if (typeof dict !== 'object' || dict === null)
    throw new ArgumentError(op, `takes a record of tensors, got ${kindOf(dict)}. ${remedy}`);
  if ('tensors' in dict && !(dict.tensors instanceof Tensor))
    throw new ArgumentError(op, `got a file with its metadata. ${remedy}`);
  for (const [name, value] of Object.entries(dict)) {
    if (!(value instanceof Tensor))
      throw new ArgumentError(op, `${quoted(name)} is ${kindOf(value)}, not a tensor. ${remedy}`);
  }
}

/** All floats, and of one dtype. */
export function checkDtypes(op: string, arrays: readonly { readonly name: string; readonly tensor: Tensor }[]): void {
  const [first] = arrays;
  for (const { name, tensor } of arrays) {
    if (!isFloat(tensor.dtype))
      throw new DTypeError(
        op,
        `${name} is ${formatType(tensor)}; parameters are floats. Convert with cast(x, 'float64').`,
      );
    if (first !== undefined && tensor.dtype !== first.tensor.dtype) {
      throw new DTypeError(
        op,
        `${name} is ${formatType(tensor)}, ${first.name} is ${formatType(first.tensor)}: dtypes differ. Convert one with cast.`,
      );
    }
  }
}

/** `a`, `a and b`, `a, b and c`; of many the first few. */
export function listed(names: readonly string[]): string {
  const most = 6;
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** By text, numbers in it by value: lstm_2 before lstm_10. */
export function naturally(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/(\d+)/)) as [string[], string[]]; // two
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] as string, right[i] as string]; // i < both lengths
    if (x === y) continue;
    const byValue = i % 2 === 1 ? Number(x) - Number(y) : 0;
    return byValue !== 0 ? byValue : x < y ? -1 : 1;
  }
  return left.length - right.length;
}

import { ArgumentError, checkTensor, type TensorType } from '@throughline/tensor';
import { checkFloat } from '../../operand.ts';

/** Throws unless x is a tensor of floats. */
export function checkFloats(op: string, x: TensorType): void {
  checkTensor(op, x);
  checkFloat(op, x);
}

/** Throws unless an option is a count of at least `least`. */
export function checkCount(op: string, name: string, count: number, least = 1): void {
  if (Number.isInteger(count) && count >= least) return;
  throw new ArgumentError(op, `${name} is ${count}, not an integer ≥ ${least}.`);
}

import { checkTensor, DTypeError, formatType, type TensorType } from '@throughline/tensor';

/** Throws unless an operand is of numbers. */
export function checkNumber(op: string, x: TensorType): void {
  checkTensor(op, x);
  if (x.dtype === 'bool')
    throw new DTypeError(op, `${formatType(x)} is not a number type. Use cast(x, 'int32') first.`);
}

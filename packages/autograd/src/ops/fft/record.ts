import { ArgumentError, checkTensor, DTypeError, formatType, ShapeError, sameType, Tensor } from '@throughline/tensor';
import { checkFloat } from '../../operand.ts';

/**
 * Complex numbers, as two tensors of one shape and dtype. A record of tensors, so `grad` and all else take it as it is; the
 * gradient of a real loss is the record of its derivatives by re and by im (to PyTorch the number ∂L/∂re + i ∂L/∂im).
 */
export interface Complex {
  readonly re: Tensor;
  readonly im: Tensor;
}

/** Whether a value has two parts. */
export const isComplex = (z: unknown): z is Complex =>
  typeof z === 'object' && z !== null && !(z instanceof Tensor) && 're' in z && 'im' in z;

/** Throws unless z is a pair of floats of one type. */
export function checkComplex(op: string, z: Complex): Complex {
  if (!isComplex(z)) throw new ArgumentError(op, 'takes complex numbers, { re, im }. Use complex.of(x).');
  for (const part of [z.re, z.im]) {
    checkTensor(op, part);
    checkFloat(op, part);
  }
  if (sameType(z.re, z.im)) return z;
  const message = `re is ${formatType(z.re)} and im ${formatType(z.im)}: they must be of one type.`;
  throw z.re.dtype === z.im.dtype ? new ShapeError(op, message) : new DTypeError(op, message);
}

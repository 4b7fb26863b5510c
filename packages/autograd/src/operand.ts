import {
  Concrete,
  checkTensor,
  type DType,
  DTypeError,
  dtypes,
  formatType,
  isFloat,
  Tensor,
  type TensorType,
} from '@throughline/tensor';
import { cast } from './primitives/cast.ts';
import { Abstract } from './value.ts';

/** What ops take: a tensor, or a number, which adopts the dtype of the tensor beside it. */
export type Operand = Tensor | number;

const scalar = (value: number, dtype: DType): Concrete =>
  new Concrete(dtypes[dtype].allocate(1).fill(value), dtype, []);

/** Numbers become scalars of the tensors' dtype, or float64 when there is no tensor; so do inputs that are numbers. */
export function lift(op: string, operands: readonly Operand[]): Tensor[] {
  const peer = operands.find((x): x is Tensor => x instanceof Tensor && weak(x) === undefined);
  return operands.map((x, i) => {
    const fits = (value: number): void => {
      if (peer !== undefined && !isFloat(peer.dtype)) checkInteger(op, value, peer);
    };
    if (x instanceof Tensor) {
      const checks = weak(x);
      if (checks === undefined || peer === undefined) return x;
      checks.push(fits);
      return cast(x, peer.dtype);
    }
    if (typeof x !== 'number')
      throw new DTypeError(op, `operand ${i} is ${describe(x)}, not a tensor or number. Use tensor(…).`);
    fits(x);
    return scalar(x, peer?.dtype ?? 'float64');
  });
}

const weak = (x: Tensor) => (x instanceof Abstract ? x.weak : undefined);

/** Throws unless an operand is a float. */
export function checkFloat(op: string, x: TensorType): void {
  if (isFloat(x.dtype)) return;
  throw new DTypeError(op, `takes float64 or float32, got ${formatType(x)}. Convert with cast(x, 'float64').`);
}

/** Throws unless all operands have one dtype: nothing mixes silently. */
export function checkSameDType(op: string, operands: readonly TensorType[]): void {
  for (const x of operands) checkTensor(op, x);
  const first = operands[0];
  const other = operands.find((x) => x.dtype !== first?.dtype);
  if (first !== undefined && other !== undefined) {
    const remedy = isFloat(first.dtype) ? `cast(x, '${first.dtype}')` : `cast(x, '${other.dtype}')`;
    throw new DTypeError(op, `cannot mix ${formatType(first)} with ${formatType(other)}. Convert one with ${remedy}.`);
  }
}

/** Throws unless all operands are numbers of one dtype. */
export function checkNumbers(op: string, operands: readonly TensorType[]): void {
  checkSameDType(op, operands);
  const [x] = operands;
  if (x?.dtype === 'bool') {
    throw new DTypeError(op, `${formatType(x)} is not a number type. Use cast(x, 'int32') first.`);
  }
}

function checkInteger(op: string, value: number, peer: Tensor): void {
  const fits = peer.dtype === 'int32' ? (value | 0) === value : value === 0 || value === 1;
  if (!fits) {
    throw new DTypeError(
      op,
      `the number ${value} does not fit ${formatType(peer)}. Convert with cast(x, 'float64') first.`,
    );
  }
}

/** What a value that is not a tensor is, in words for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (value instanceof Promise) return 'a Promise';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

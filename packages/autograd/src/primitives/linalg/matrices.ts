import {
  type Concrete,
  eye,
  formatType,
  fromStorage,
  type Shape,
  ShapeError,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { stacked } from '@throughline/tensor/linalg';
import { checkFloat } from '../../operand.ts';
import { definePrimitive, type Primitive, type Tuple } from '../../primitive.ts';
import { broadcastTo } from '../sum-broadcast.ts';
import { transpose } from '../transpose.ts';
import { where } from '../where.ts';

/** A primitive on matrices, or stacks of them: leading axes are batches, the same for all operands. */
interface OnMatrices<P, In extends number, Out extends number>
  extends Pick<Primitive<P, In, Out>, 'name' | 'infer' | 'pullbacks' | 'readsVary'> {
  /** On one matrix per operand; trusts `infer`. */
  kernel(matrices: Tuple<Concrete, In>, params: P): readonly Concrete[];
}

/** Defines it: the kernel goes through the matrices of a stack one by one, under vmap too. */
export function definePerMatrix<P, In extends number, Out extends number>({
  kernel,
  ...record
}: OnMatrices<P, In, Out>): Primitive<P, In, Out> {
  return definePrimitive<P, In, Out>({
    ...record,
    semantics: { kind: 'host' },
    eval: (inputs, params) =>
      stacked(
        (...matrices) => kernel(matrices as unknown as Tuple<Concrete, In>, params), // one per operand
        inputs,
        record.infer(inputs, params),
      ) as Tuple<Concrete, Out>, // one per result
    batchParams: (params) => params,
  });
}

/** The extents of a float matrix, or of each matrix of a stack. */
export function matrixExtents(op: string, x: TensorType): [number, number] {
  checkFloat(op, x);
  const [m, n] = x.shape.slice(-2);
  if (m === undefined || n === undefined)
    throw new ShapeError(op, `${formatType(x)} is not a matrix. Use reshape(x, [m, n]).`);
  return [m, n];
}

/** The extent of a square float matrix, or of each of a stack. */
export function squareExtent(op: string, x: TensorType, remedy: string): number {
  const [m, n] = matrixExtents(op, x);
  if (m !== n) throw new ShapeError(op, `${formatType(x)} is not square (${m} ≠ ${n}). ${remedy}`);
  return n;
}

/** The leading axes. */
export const batchOf = ({ shape }: TensorType): Shape => shape.slice(0, -2);

/** Each matrix transposed. */
export function turned(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const [row, column] = [x.rank - 2, x.rank - 1];
  return transpose(x, [...axes.slice(0, -2), column, row]);
}

/** The elements (i, j) of each matrix with i − j ≥ `from`, 0 elsewhere: 0 for the lower triangle, 1 for what is below the diagonal. */
export function lowerPart(x: Tensor, from = 0): Tensor {
  const [m = 0, n = 0] = x.shape.slice(-2);
  const mask = Uint8Array.from({ length: m * n }, (_, k) => (Math.floor(k / n) - (k % n) >= from ? 1 : 0));
  return where(fromStorage(mask, 'bool', [m, n]), x, 0);
}

/** The elements (i, j) of each matrix with j − i ≥ `from`. */
export const upperPart = (x: Tensor, from = 0): Tensor => turned(lowerPart(turned(x), from));

/** The identity for each of the matrices of a stack [..., m, n], with n rows and columns. */
export function identities(x: TensorType, n: number): Tensor {
  const one = eye(n, x.dtype);
  const batch = batchOf(x);
  return batch.length === 0 ? one : broadcastTo(one, [...batch, n, n]);
}

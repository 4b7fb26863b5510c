import { formatType, type Shape, ShapeError, sameShape, type Tensor, type TensorType } from '@throughline/tensor';
import { checkSameDType } from '../../operand.ts';
import { expandDims, squeeze } from '../../ops/at.ts';
import { broadcastTo } from '../sum-broadcast.ts';
import { batchOf, matrixExtents } from './matrices.ts';

const typesOf = (a: TensorType, b: TensorType): string => `${formatType(a)} and ${formatType(b)}`;

/** Throws unless b [..., m, c] has the batches and the rows of a [..., m, n]: what primitives of both take. */
export function checkRows(op: string, a: TensorType, b: TensorType): void {
  checkSameDType(op, [a, b]);
  const [m] = matrixExtents(op, a);
  const [rows] = matrixExtents(op, b);
  if (rows !== m) throw new ShapeError(op, `the rows of ${typesOf(a, b)} differ (${m} ≠ ${rows}).`);
  if (!sameShape(batchOf(a), batchOf(b)))
    throw new ShapeError(op, `the batches of ${typesOf(a, b)} differ. Broadcast both first.`);
}

/**
 * Calls `f` on stacks with the same batches, for matrices a and a right side that is a vector or has matrices too, and gives
 * back what fits the right side.
 */
export function withRightSide(op: string, a: Tensor, b: Tensor, f: (a: Tensor, b: Tensor) => Tensor): Tensor {
  checkSameDType(op, [a, b]);
  matrixExtents(op, a);
  if (b.rank === 0) throw new ShapeError(op, `the right side ${formatType(b)} is a scalar. Use a vector or a matrix.`);
  const [rows, m] = [b.shape[Math.max(0, b.rank - 2)], a.shape[a.rank - 2]];
  if (rows !== m) throw new ShapeError(op, `the rows of ${typesOf(a, b)} differ (${m} ≠ ${rows}).`);
  const columns = b.rank === 1 ? expandDims(b, 1) : b;
  const batch = jointBatch(op, a, b);
  const y = f(stack(a, batch), stack(columns, batch));
  return b.rank === 1 ? squeeze(y, -1) : y;
}

function jointBatch(op: string, a: TensorType, b: TensorType): Shape {
  const [p, q] = [batchOf(a), batchOf(b)];
  const rank = Math.max(p.length, q.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [p[axis - rank + p.length] ?? 1, q[axis - rank + q.length] ?? 1];
    if (m !== n && m !== 1 && n !== 1)
      throw new ShapeError(op, `the batches of ${typesOf(a, b)} differ (${m} ≠ ${n}).`);
    return m === 1 ? n : m;
  });
}

const stack = (x: Tensor, batch: Shape): Tensor =>
  sameShape(batchOf(x), batch) ? x : broadcastTo(x, [...batch, ...x.shape.slice(-2)]);

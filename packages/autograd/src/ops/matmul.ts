import { formatType, type Shape, ShapeError, sameShape, type Tensor } from '@throughline/tensor';
import { checkSameDType } from '../operand.ts';
import { contractLabels } from '../primitives/contract.ts';
import { broadcastTo } from '../primitives/sum-broadcast.ts';

/**
 * The matrix product, over the last axis of `a` and the last but one of `b`; leading axes are batches, which broadcast.
 *
 * Shapes: a [m, k], b [k, n] → [m, n]; [k] × [k, n] → [n]; [m, k] × [k] → [m]; [..., m, k] × [..., k, n] → [..., m, n],
 * or with a plain matrix on either side. Gradient: ā = ȳ bᵀ, b̄ = aᵀ ȳ.
 * @throws ShapeError when an operand is a scalar, or the inner axes or the batches differ; DTypeError when dtypes differ.
 * @example matmul(tensor([[1, 2]]), tensor([[3], [4]]))   // f64[1,1] [[11]]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkSameDType('matmul', [a, b]);
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError('matmul', `a scalar is not a matrix: ${typesOf(a, b)}. Use mul.`);
  }
  const inner = [a.shape[a.rank - 1], b.shape[Math.max(0, b.rank - 2)]];
  if (inner[0] !== inner[1]) {
    throw new ShapeError(
      'matmul',
      `inner axes differ: ${typesOf(a, b)} (${inner[0]} ≠ ${inner[1]}).${transposeHint(a, b)}`,
    );
  }
  if (a.rank > 2 && b.rank > 2) return batched(a, b);
  return a.rank === 2 && b.rank === 2 ? contractLabels(a, b, matrices) : product(a, b);
}

const matrices = { a: [1, 2], b: [2, 3], out: [1, 3] };

const typesOf = (a: Tensor, b: Tensor): string => `${formatType(a)} × ${formatType(b)}`;

/** Either is a matrix or vector, or both have the same batches. */
function product(a: Tensor, b: Tensor): Tensor {
  const batch = Math.max(a.rank, b.rank) - 2;
  const [m, k, n] = [batch + 1, batch + 2, batch + 3];
  const lead = (rank: number): number[] => Array.from({ length: Math.max(0, rank - 2) }, (_, axis) => axis);
  const rows = a.rank > 1 ? [m] : [];
  const columns = b.rank > 1 ? [n] : [];
  return contractLabels(a, b, {
    a: [...lead(a.rank), ...rows, k],
    b: [...lead(b.rank), k, ...columns],
    out: [...lead(Math.max(a.rank, b.rank)), ...rows, ...columns],
  });
}

function batched(a: Tensor, b: Tensor): Tensor {
  const [p, q] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if (sameShape(p, q)) return product(a, b);
  const rank = Math.max(p.length, q.length);
  const extents = (shape: Shape, axis: number): number => shape[axis - rank + shape.length] ?? 1;
  const batch = Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [extents(p, axis), extents(q, axis)];
    if (m !== n && m !== 1 && n !== 1)
      throw new ShapeError('matmul', `batch axes differ: ${typesOf(a, b)} (${m} ≠ ${n}).`);
    return m === 1 ? n : m;
  });
  return product(broadcastTo(a, [...batch, ...a.shape.slice(-2)]), broadcastTo(b, [...batch, ...b.shape.slice(-2)]));
}

function transposeHint(a: Tensor, b: Tensor): string {
  if (a.rank !== 2 || b.rank !== 2 || a.shape[1] !== b.shape[1]) return '';
  return ` matmul(a, transpose(b)) would have shape [${a.shape[0]},${b.shape[0]}].`;
}

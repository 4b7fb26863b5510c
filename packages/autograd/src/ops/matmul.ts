import { formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { checkSameDType } from '../operand.ts';
import { contractLabels } from '../primitives/contract.ts';

/**
 * The matrix product, over the last axis of `a` and the last but one of `b`; leading axes are batches.
 *
 * Shapes: a [m, k], b [k, n] → [m, n]; [k] × [k, n] → [n]; [m, k] × [k] → [m]; [..., m, k] × [..., k, n] → [..., m, n],
 * or with a plain matrix on either side. Gradient: ā = ȳ bᵀ, b̄ = aᵀ ȳ.
 * @throws ShapeError when an operand is a scalar, or the inner axes or the batches differ; DTypeError when dtypes differ.
 * @example matmul(tensor([[1, 2]]), tensor([[3], [4]]))   // f64[1,1] [[11]]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkSameDType('matmul', [a, b]);
  const types = `${formatType(a)} × ${formatType(b)}`;
  if (a.rank === 0 || b.rank === 0) throw new ShapeError('matmul', `a scalar is not a matrix: ${types}. Use mul.`);
  const inner = [a.shape[a.rank - 1], b.shape[Math.max(0, b.rank - 2)]];
  if (inner[0] !== inner[1]) {
    throw new ShapeError('matmul', `inner axes differ: ${types} (${inner[0]} ≠ ${inner[1]}).${transposeHint(a, b)}`);
  }
  const batch = Math.max(a.rank, b.rank) - 2;
  if (a.rank > 2 && b.rank > 2) checkBatches(a, b, types);
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

function checkBatches(a: Tensor, b: Tensor, types: string): void {
  const [p, q] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const axis = p.findIndex((extent, i) => extent !== q[i]);
  if (p.length !== q.length || axis >= 0) {
    throw new ShapeError('matmul', `batch axes differ: ${types}. Use broadcastTo to give both the same batches.`);
  }
}

function transposeHint(a: Tensor, b: Tensor): string {
  if (a.rank !== 2 || b.rank !== 2 || a.shape[1] !== b.shape[1]) return '';
  return ` matmul(a, transpose(b)) would have shape [${a.shape[0]},${b.shape[0]}].`;
}

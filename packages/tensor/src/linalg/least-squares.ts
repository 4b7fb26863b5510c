import { svd } from '../kernels/singular-values.ts';
import { Concrete } from '../tensor.ts';
import { areFinite, rounded, widen } from './numbers.ts';

/**
 * The shortest y [n,c] that makes ‖a y − b‖ least, for a [m,n] and b [m,c], or a transposed: v diag(1/s) uᵀ b over the
 * singular values above `tolerance` times the largest. NaN throughout when a holds a NaN or ∞.
 */
export function leastSquares(a: Concrete, b: Concrete, tolerance: number): Concrete {
  const [m, n] = a.shape;
  const columns = b.shape[1];
  const shape = [n, columns];
  if (!areFinite(a.storage)) return rounded(null, b, shape);
  const { u, s, v } = svd(new Concrete(widen(a), 'float64', a.shape));
  const count = s.storage.length;
  const y = new Float64Array(n * columns);
  for (let k = 0; k < count; k++) {
    if (!(s.storage[k] > tolerance * s.storage[0])) break;
    for (let c = 0; c < columns; c++) {
      let along = 0;
      for (let i = 0; i < m; i++) along += u.storage[i * count + k] * b.storage[i * columns + c];
      along /= s.storage[k];
      for (let j = 0; j < n; j++) y[j * columns + c] += v.storage[j * count + k] * along;
    }
  }
  return rounded(y, b, shape);
}

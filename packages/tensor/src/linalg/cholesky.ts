import type { Concrete } from '../tensor.ts';
import { areFinite, rounded } from './numbers.ts';

/** (x + xᵀ) / 2 in float64, without overflow; null when x [n,n] holds a NaN or ∞. */
export function symmetricPart({ storage, shape }: Concrete): Float64Array | null {
  const n = shape[0];
  if (!areFinite(storage)) return null;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      out[i * n + j] = i === j ? storage[i * n + i] : storage[i * n + j] / 2 + storage[j * n + i] / 2;
  }
  return out;
}

/**
 * The lower triangle l with l lᵀ = (x + xᵀ) / 2 and a diagonal > 0, row by row; NaN throughout when there is none, or x holds
 * a NaN or ∞.
 */
export function cholesky(x: Concrete): Concrete {
  const n = x.shape[0];
  const a = symmetricPart(x);
  if (a === null) return rounded(null, x, x.shape);
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * n + j];
      for (let k = 0; k < j; k++) rest -= l[i * n + k] * l[j * n + k];
      if (i !== j) l[i * n + j] = rest / l[j * n + j];
      else if (rest > 0) l[i * n + i] = Math.sqrt(rest);
      else return rounded(null, x, x.shape);
    }
  }
  return rounded(l, x, x.shape);
}

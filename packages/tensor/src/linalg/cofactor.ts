import type { Concrete } from '../tensor.ts';
import { areFinite, rounded, widen } from './numbers.ts';

/** x [n,n] with rows and columns in another order is l u; both in `packed`, as in `Factors`. */
interface FullFactors {
  readonly packed: Float64Array;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** Of both permutations together: 1 or −1. */
  readonly sign: number;
}

/**
 * The matrix of cofactors of x [n,n]: what the determinant changes by, per element. Defined for singular x too: of rank 1 when
 * x has rank n − 1, and 0 below that. By elimination below the largest element of what is left, so that zero pivots come last;
 * the substitution never divides by the last pivot, which the determinant would multiply with again.
 */
export function cofactor(x: Concrete): Concrete {
  const n = x.shape[0];
  if (!areFinite(x.storage)) return rounded(null, x, x.shape);
  const out = new Float64Array(n * n);
  const factors = factorizeFully(widen(x), n);
  for (let i = 0; i < n; i++) {
    const row = adjugateColumn(factors, i, n); // the cofactors are the adjugate, transposed
    if (row === null) break;
    for (let j = 0; j < n; j++) out[factors.rows[i] * n + factors.columns[j]] = row[j];
  }
  return rounded(out, x, x.shape);
}

function factorizeFully(packed: Float64Array, n: number): FullFactors {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const columns = rows.slice();
  let sign = 1;
  for (let j = 0; j < n; j++) {
    const [row, column] = largest(packed, j, n);
    if (row !== j) sign = -sign;
    if (column !== j) sign = -sign;
    for (let k = 0; k < n; k++) swap(packed, row * n + k, j * n + k);
    for (let k = 0; k < n; k++) swap(packed, k * n + column, k * n + j);
    swap(rows, row, j);
    swap(columns, column, j);
    if (packed[j * n + j] === 0) break;
    for (let i = j + 1; i < n; i++) {
      const factor = packed[i * n + j] / packed[j * n + j];
      packed[i * n + j] = factor;
      for (let k = j + 1; k < n; k++) packed[i * n + k] -= factor * packed[j * n + k];
    }
  }
  return { packed, rows, columns, sign };
}

/** Where the largest element of rows and columns from `from` on stands, the first among equals. */
function largest(x: Float64Array, from: number, n: number): [number, number] {
  let best = from * n + from;
  for (let i = from; i < n; i++)
    for (let j = from; j < n; j++) if (Math.abs(x[i * n + j]) > Math.abs(x[best])) best = i * n + j;
  return [Math.floor(best / n), best % n];
}

function swap(x: Float64Array | Int32Array, a: number, b: number): void {
  const held = x[a];
  x[a] = x[b];
  x[b] = held;
}

/** Column `unit` of det(l u)·(l u)⁻¹, with signs of the permutations; null when the rank is below n − 1. */
function adjugateColumn({ packed, sign }: FullFactors, unit: number, n: number): Float64Array | null {
  let minor = sign; // the product of all pivots but the last
  for (let i = 0; i < n - 1; i++) minor *= packed[i * n + i];
  for (let i = 0; i < n - 1; i++) if (packed[i * n + i] === 0) return null;
  const last = packed[n * n - 1];
  const y = new Float64Array(n);
  y[unit] = 1;
  for (let i = unit + 1; i < n; i++) for (let k = unit; k < i; k++) y[i] -= packed[i * n + k] * y[k];
  y[n - 1] *= minor;
  for (let i = n - 2; i >= 0; i--) {
    y[i] *= minor * last;
    for (let k = i + 1; k < n; k++) y[i] -= packed[i * n + k] * y[k];
    y[i] /= packed[i * n + i];
  }
  return y;
}

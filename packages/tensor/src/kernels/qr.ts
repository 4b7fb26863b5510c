import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';

export interface QR {
  readonly q: Concrete;
  readonly r: Concrete;
}

/**
 * x [m,n] = q r with q [m,k], r [k,n], k = min(m, n): orthonormal columns, upper triangle, diagonal of r ≥ 0. Computed in
 * float64 and rounded to the dtype of x; NaN in q and the triangle when x holds a NaN or ∞.
 * Source: Householder, "Unitary triangularization of a nonsymmetric matrix", 1958.
 */
export function qr(x: Concrete): QR {
  const [m, n] = x.shape;
  const k = Math.min(m, n);
  const r = Float64Array.from(x.storage);
  const reflectors: Float64Array[] = [];
  for (let j = 0; j < k; j++) {
    const v = reflectorFor(r, m, n, j);
    reflectors.push(v);
    reflect(r, v, m, n, j, j);
  }
  const q = new Float64Array(m * k);
  for (let j = 0; j < k; j++) q[j * k + j] = 1;
  for (let j = k - 1; j >= 0; j--) reflect(q, reflectors[j], m, k, j, j);
  if (!x.storage.every(Number.isFinite)) {
    q.fill(Number.NaN);
    r.fill(Number.NaN);
  }
  return signed(x, q, r, m, n, k);
}

/** The v of I − 2 v vᵀ / vᵀv that maps column j, from row j down, to a multiple of e_j; 0 where there is nothing to do. */
function reflectorFor(r: Float64Array, m: number, n: number, j: number): Float64Array {
  const v = new Float64Array(m);
  let largest = 0;
  for (let i = j; i < m; i++) largest = Math.max(largest, Math.abs(r[i * n + j]));
  if (!(largest > 0)) return v;
  let squares = 0;
  for (let i = j; i < m; i++) {
    v[i] = r[i * n + j] / largest; // scaled, so that squares neither overflow nor vanish
    squares += v[i] * v[i];
  }
  v[j] += v[j] < 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  return v;
}

/** Applies I − 2 v vᵀ / vᵀv to the columns of `a` [m,n] from `first` on; v is 0 above row `top`. */
function reflect(a: Float64Array, v: Float64Array, m: number, n: number, top: number, first: number): void {
  let squares = 0;
  for (let i = top; i < m; i++) squares += v[i] * v[i];
  if (squares === 0) return;
  for (let j = first; j < n; j++) {
    let along = 0;
    for (let i = top; i < m; i++) along += v[i] * a[i * n + j];
    const by = (2 * along) / squares;
    for (let i = top; i < m; i++) a[i * n + j] -= by * v[i];
  }
}

/** Turns signs so that the diagonal of r is ≥ 0, cuts r to k rows, writes its lower triangle as exact zeros. */
function signed(x: Concrete, q: Float64Array, r: Float64Array, m: number, n: number, k: number): QR {
  const outQ = allocate(x.dtype, m * k);
  const outR = allocate(x.dtype, k * n);
  for (let j = 0; j < k; j++) {
    const turn = r[j * n + j] < 0 ? -1 : 1;
    for (let i = 0; i < m; i++) outQ[i * k + j] = turn * q[i * k + j];
    for (let i = j; i < n; i++) outR[j * n + i] = turn * r[j * n + i];
  }
  return { q: new Concrete(outQ, x.dtype, [m, k]), r: new Concrete(outR, x.dtype, [k, n]) };
}

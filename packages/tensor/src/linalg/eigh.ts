import type { Concrete } from '../tensor.ts';
import { symmetricPart } from './cholesky.ts';
import { rounded } from './numbers.ts';

const MAX_SWEEPS = 60;
/** Half an ulp of 1. */
const ROUNDING = 1.1102230246251565e-16;

/** The eigenvalues, ascending, and the eigenvectors as columns. */
export interface Eigen {
  readonly values: Concrete;
  readonly vectors: Concrete;
}

/**
 * Of (x + xᵀ) / 2 for x [n,n], by cyclic Jacobi rotations in float64, row by row, until a sweep finds nothing above rounding.
 * In each vector the largest element, the first among equals, is positive. NaN throughout when x holds a NaN or ∞.
 * Source: Golub and Van Loan, "Matrix Computations", 4th ed., 2013, section 8.5.
 */
export function eigh(x: Concrete): Eigen {
  const n = x.shape[0];
  const a = symmetricPart(x);
  if (a === null) return { values: rounded(null, x, [n]), vectors: rounded(null, x, [n, n]) };
  const scale = scaleDown(a);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS && rotateAll(a, v, n); sweep++);
  const order = Array.from({ length: n }, (_, i) => i).sort((p, q) => a[p * n + p] - a[q * n + q]);
  const values = Float64Array.from(order, (p) => a[p * n + p] * scale);
  const vectors = new Float64Array(n * n);
  order.forEach((p, k) => {
    let largest = 0;
    for (let i = 0; i < n; i++) if (Math.abs(v[i * n + p]) > Math.abs(largest)) largest = v[i * n + p];
    for (let i = 0; i < n; i++) vectors[i * n + k] = largest < 0 ? -v[i * n + p] : v[i * n + p];
  });
  return { values: rounded(values, x, [n]), vectors: rounded(vectors, x, [n, n]) };
}

/** Divides by a power of two near the largest element, which is returned: then nothing overflows. */
function scaleDown(a: Float64Array): number {
  let largest = 0;
  for (const value of a) largest = Math.max(largest, Math.abs(value));
  let scale = 1;
  while (scale < largest / 2) scale *= 2;
  while (scale > largest && scale > 2e-308) scale /= 2;
  for (let i = 0; i < a.length; i++) a[i] /= scale;
  return scale;
}

/** One sweep; true when some element was above rounding. */
function rotateAll(a: Float64Array, v: Float64Array, n: number): boolean {
  let rotated = false;
  for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotated = rotate(a, v, p, q, n) || rotated;
  return rotated;
}

/** Turns axes p and q in their plane so that element (p, q) becomes 0. */
function rotate(a: Float64Array, v: Float64Array, p: number, q: number, n: number): boolean {
  const between = a[p * n + q];
  const [app, aqq] = [a[p * n + p], a[q * n + q]];
  if (Math.abs(between) <= ROUNDING * Math.min(Math.abs(app), Math.abs(aqq))) return false;
  const zeta = (aqq - app) / (2 * between);
  const size = Math.abs(zeta);
  // 1 + ζ² would overflow for a huge ζ, where the angle is 1 / 2ζ anyway
  const t = (zeta < 0 ? -1 : 1) / (size > 1e8 ? 2 * size : size + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q, c, s);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k, c, s);
  for (let k = 0; k < n; k++) turn(v, k * n + p, k * n + q, c, s);
  a[p * n + p] = app - t * between;
  a[q * n + q] = aqq + t * between;
  a[p * n + q] = 0;
  a[q * n + p] = 0;
  return true;
}

function turn(x: Float64Array, i: number, j: number, c: number, s: number): void {
  const held = x[i];
  x[i] = c * held - s * x[j];
  x[j] = s * held + c * x[j];
}

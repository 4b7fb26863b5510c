import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';

const MAX_SWEEPS = 60;
const EPSILON = 2.220446049250313e-16;

/** x = u diag(s) vᵀ, with min(m, n) columns in u and v. */
export interface SVD {
  readonly u: Concrete;
  readonly s: Concrete;
  readonly v: Concrete;
}

/**
 * The min(m, n) singular values of x [m,n], descending; NaN throughout when x holds a NaN or ∞. One-sided Jacobi in float64,
 * then rounded to the dtype of x: each value to a few ε of itself when the columns are well scaled; those below 10⁻³⁰⁰ of the
 * largest element are lost.
 * Source: Hestenes, "Inversion of matrices by biorthogonalization and related results", 1958.
 */
export function singularValues(x: Concrete): Concrete {
  const [m, n] = x.shape;
  const count = Math.min(m, n);
  const out = allocate(x.dtype, count);
  const norms = orthogonalized(x, false)?.map(({ norm }) => norm);
  if (norms === undefined) out.fill(Number.NaN);
  else out.set(norms);
  return new Concrete(out, x.dtype, [count]);
}

/**
 * The singular values of x [m,n] with their vectors: u [m,k], s [k] descending, v [n,k], k = min(m, n). Where a value is
 * 0, the vector on the longer side is 0 too; NaN throughout when x holds a NaN or ∞.
 */
export function svd(x: Concrete): SVD {
  const [m, n] = x.shape;
  const count = Math.min(m, n);
  const long = allocate(x.dtype, Math.max(m, n) * count);
  const short = allocate(x.dtype, count * count);
  const s = allocate(x.dtype, count);
  const triples = orthogonalized(x, true);
  if (triples === undefined) for (const part of [long, short, s]) part.fill(Number.NaN);
  triples?.forEach(({ norm, column, length, scale }, k) => {
    s[k] = norm;
    for (let i = 0; i < length; i++) long[i * count + k] = norm === 0 ? 0 : (column[i] * scale) / norm;
    for (let i = 0; i < count; i++) short[i * count + k] = column[length + i];
  });
  const [u, v] = m >= n ? [long, short] : [short, long];
  return {
    u: new Concrete(u, x.dtype, [m, count]),
    s: new Concrete(s, x.dtype, [count]),
    v: new Concrete(v, x.dtype, [n, count]),
  };
}

interface Orthogonal {
  readonly norm: number;
  /** Divided by `scale`; beyond `length`, the combination of the original columns that it is. */
  readonly column: Float64Array;
  readonly length: number;
  readonly scale: number;
}

/** The shorter side's vectors, turned until they are orthogonal, the longest first; undefined when x is not finite. */
function orthogonalized(x: Concrete, withVectors: boolean): Orthogonal[] | undefined {
  const [m, n] = x.shape;
  const [count, length] = [Math.min(m, n), Math.max(m, n)];
  const scale = scaleOf(x);
  if (!(scale < Number.POSITIVE_INFINITY)) return undefined;
  const columns = columnsOf(x, scale, count, length, withVectors);
  for (let sweep = 0; sweep < MAX_SWEEPS && rotateAll(columns, length); sweep++);
  return columns
    .map((column) => ({ norm: norm(column, length) * scale, column, length, scale }))
    .sort((a, b) => b.norm - a.norm);
}

/** The power of two at the largest element: divided by it, squares neither overflow nor vanish. */
function scaleOf(x: Concrete): number {
  let largest = 0;
  for (const value of x.storage) largest = Math.max(largest, Math.abs(value));
  if (!(largest < Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
  let scale = 1;
  while (scale < largest / 2) scale *= 2;
  while (scale > largest && scale > 2e-308) scale /= 2;
  return scale;
}

/** The shorter side's vectors, each followed by its column of the identity when it is wanted. */
function columnsOf(x: Concrete, scale: number, count: number, length: number, withVectors: boolean): Float64Array[] {
  const [m, n] = x.shape;
  return Array.from({ length: count }, (_, j) => {
    const column = new Float64Array(withVectors ? length + count : length);
    for (let i = 0; i < length; i++) column[i] = (m >= n ? x.storage[i * n + j] : x.storage[j * n + i]) / scale;
    if (withVectors) column[length + j] = 1;
    return column;
  });
}

/** Scaled by its largest element, so that a short column does not vanish in its squares. */
function norm(x: Float64Array, length: number): number {
  let largest = 0;
  for (let i = 0; i < length; i++) largest = Math.max(largest, Math.abs(x[i]));
  if (largest === 0) return 0;
  let squares = 0;
  for (let i = 0; i < length; i++) squares += (x[i] / largest) * (x[i] / largest);
  return largest * Math.sqrt(squares);
}

/** One sweep over all pairs; true when some pair was not orthogonal to rounding. */
function rotateAll(columns: readonly Float64Array[], length: number): boolean {
  let rotated = false;
  for (let p = 0; p < columns.length; p++) {
    for (let q = p + 1; q < columns.length; q++) rotated = rotate(columns[p], columns[q], length) || rotated;
  }
  return rotated;
}

/** Turns two columns in their plane until their first `length` elements are orthogonal. */
function rotate(x: Float64Array, y: Float64Array, length: number): boolean {
  const alpha = dot(x, x, length);
  const beta = dot(y, y, length);
  const gamma = dot(x, y, length);
  if (Math.abs(gamma) <= EPSILON * Math.sqrt(alpha) * Math.sqrt(beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const size = Math.abs(zeta);
  // 1 + ζ² would overflow for a huge ζ, where the angle is 1 / 2ζ anyway
  const t = (zeta < 0 ? -1 : 1) / (size > 1e8 ? 2 * size : size + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  for (let i = 0; i < x.length; i++) {
    const held = x[i];
    x[i] = c * held - s * y[i];
    y[i] = s * held + c * y[i];
  }
  return true;
}

function dot(x: Float64Array, y: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += x[i] * y[i];
  return sum;
}

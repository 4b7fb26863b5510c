import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';

const MAX_SWEEPS = 60;
const EPSILON = 2.220446049250313e-16;

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
  const { columns, scale } = columnsOf(x, count);
  if (!(scale < Number.POSITIVE_INFINITY)) out.fill(Number.NaN);
  else if (count > 0) {
    for (let sweep = 0; sweep < MAX_SWEEPS && rotateAll(columns); sweep++);
    const norms = Float64Array.from(columns, (column) => norm(column) * scale);
    out.set(norms.sort().reverse());
  }
  return new Concrete(out, x.dtype, [count]);
}

/** The shorter side's vectors, divided by the power of two at the largest element: squares then neither overflow nor vanish. */
function columnsOf(x: Concrete, count: number): { columns: Float64Array[]; scale: number } {
  const [m, n] = x.shape;
  const length = Math.max(m, n);
  let largest = 0;
  for (const value of x.storage) largest = Math.max(largest, Math.abs(value));
  if (!(largest < Number.POSITIVE_INFINITY)) return { columns: [], scale: Number.POSITIVE_INFINITY };
  let scale = 1;
  while (scale < largest / 2) scale *= 2;
  while (scale > largest && scale > 2e-308) scale /= 2;
  const columns = Array.from({ length: count }, (_, j) =>
    Float64Array.from({ length }, (_, i) => (m >= n ? x.storage[i * n + j] : x.storage[j * n + i]) / scale),
  );
  return { columns, scale };
}

/** Scaled by its largest element, so that a short column does not vanish in its squares. */
function norm(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]));
  if (largest === 0) return 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] / largest) * (x[i] / largest);
  return largest * Math.sqrt(squares);
}

/** One sweep over all pairs; true when some pair was not orthogonal to rounding. */
function rotateAll(columns: readonly Float64Array[]): boolean {
  let rotated = false;
  for (let p = 0; p < columns.length; p++) {
    for (let q = p + 1; q < columns.length; q++) rotated = rotate(columns[p], columns[q]) || rotated;
  }
  return rotated;
}

/** Turns two columns in their plane until they are orthogonal. */
function rotate(x: Float64Array, y: Float64Array): boolean {
  const alpha = dot(x, x);
  const beta = dot(y, y);
  const gamma = dot(x, y);
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

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

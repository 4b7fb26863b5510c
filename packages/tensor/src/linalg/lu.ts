import { float64 } from '../elementary/index.ts';
import type { Concrete } from '../tensor.ts';
import { areFinite, rounded, widen } from './numbers.ts';

/** Rows `order` of x [n,n] are l u, both in `packed`: u on and above the diagonal, l, whose diagonal is 1, below it. */
export interface Factors {
  readonly packed: Float64Array;
  readonly order: Int32Array;
  /** Of the permutation: 1 or −1. */
  readonly sign: number;
  /** Set when a pivot is exactly 0. */
  readonly singular: boolean;
}

/** By Gaussian elimination, row by row below the largest element of a column, the first among equals. */
export function factorize(x: Float64Array, n: number): Factors {
  const packed = x.slice();
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  let singular = false;
  for (let j = 0; j < n; j++) {
    let best = j;
    for (let i = j + 1; i < n; i++) if (Math.abs(packed[i * n + j]) > Math.abs(packed[best * n + j])) best = i;
    if (best !== j) {
      swapRows(packed, order, best, j, n);
      sign = -sign;
    }
    if (packed[j * n + j] === 0) {
      singular = true; // nothing stands below it either
      continue;
    }
    for (let i = j + 1; i < n; i++) {
      const factor = packed[i * n + j] / packed[j * n + j];
      packed[i * n + j] = factor;
      if (factor === 0) continue;
      for (let k = j + 1; k < n; k++) packed[i * n + k] -= factor * packed[j * n + k];
    }
  }
  return { packed, order, sign, singular };
}

function swapRows(x: Float64Array, order: Int32Array, a: number, b: number, n: number): void {
  for (let k = 0; k < n; k++) {
    const held = x[a * n + k];
    x[a * n + k] = x[b * n + k];
    x[b * n + k] = held;
  }
  const held = order[a];
  order[a] = order[b];
  order[b] = held;
}

/** The y with x y = b, of `count` columns: first l, then u. */
export function substitute({ packed, order }: Factors, b: Float64Array, n: number, count: number): Float64Array {
  const y = new Float64Array(n * count);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < count; c++) y[i * count + c] = b[order[i] * count + c];
    for (let k = 0; k < i; k++) subtractRow(y, i, k, packed[i * n + k], count);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(y, i, k, packed[i * n + k], count);
    for (let c = 0; c < count; c++) y[i * count + c] /= packed[i * n + i];
  }
  return y;
}

function subtractRow(y: Float64Array, to: number, from: number, factor: number, count: number): void {
  if (factor === 0) return;
  for (let c = 0; c < count; c++) y[to * count + c] -= factor * y[from * count + c];
}

/** l [n,n], u [n,n] and the rows of x that they are, [n]; NaN throughout when x holds a NaN or ∞. */
export function lu(x: Concrete): { l: Concrete; u: Concrete; order: Int32Array } {
  const n = x.shape[0];
  if (!areFinite(x.storage)) {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    return { l: rounded(null, x, x.shape), u: rounded(null, x, x.shape), order };
  }
  const { packed, order } = factorize(widen(x), n);
  const [l, u] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) (j < i ? l : u)[i * n + j] = packed[i * n + j];
    l[i * n + i] = 1;
  }
  return { l: rounded(l, x, x.shape), u: rounded(u, x, x.shape), order };
}

/** The y [n,m] with x y = b, or xᵀ y = b; NaN throughout when x is singular or holds a NaN or ∞. */
export function solve(x: Concrete, b: Concrete, transposed: boolean): Concrete {
  const [n, count] = b.shape;
  if (!areFinite(x.storage)) return rounded(null, b, b.shape);
  const factors = factorize(transposed ? turned(widen(x), n) : widen(x), n);
  return rounded(factors.singular ? null : substitute(factors, widen(b), n, count), b, b.shape);
}

/** The transposed matrix. */
export function turned(x: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = x[i * n + j];
  return out;
}

/** The determinant of x [n,n], a scalar: the product of the pivots from the first to the last. NaN for NaN or ∞ inside. */
export function det(x: Concrete): Concrete {
  const n = x.shape[0];
  if (!areFinite(x.storage)) return rounded(null, x, []);
  const { packed, sign, singular } = factorize(widen(x), n);
  let product = singular ? 0 : sign;
  for (let i = 0; i < n && !singular; i++) product *= packed[i * n + i];
  return rounded(Float64Array.of(product), x, []);
}

/** The determinant's sign and the logarithm of its absolute value, scalars: 0 and −∞ for a singular x, else NaN for NaN or ∞ inside. */
export function slogdet(x: Concrete): { sign: Concrete; logabsdet: Concrete } {
  const n = x.shape[0];
  if (!areFinite(x.storage)) return { sign: rounded(null, x, []), logabsdet: rounded(null, x, []) };
  const factors = factorize(widen(x), n);
  let sign = factors.singular ? 0 : factors.sign;
  let log = factors.singular ? Number.NEGATIVE_INFINITY : 0;
  for (let i = 0; i < n && !factors.singular; i++) {
    const pivot = factors.packed[i * n + i];
    if (pivot < 0) sign = -sign;
    log += float64.log(Math.abs(pivot));
  }
  return { sign: rounded(Float64Array.of(sign), x, []), logabsdet: rounded(Float64Array.of(log), x, []) };
}

import type { Concrete } from '../tensor.ts';
import { factorize, substitute } from './lu.ts';
import { areFinite, rounded } from './numbers.ts';

/** The coefficients of the numerator of the Padé approximant [13/13] of exp; those of the denominator alternate in sign. */
const PADE = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];
/** The 1-norm up to which the approximant is good to an ulp. */
const REACH = 5.371920351148152;

/**
 * The k-th derivative of the matrix exponential at a [n,n] along directions e₁ … eₖ, exp(a) for none: the upper right block of
 * the exponential of a matrix of 2ᵏ × 2ᵏ blocks. Scaling by powers of two until ‖a‖₁ ≤ 5.37, Padé, squaring; directions have no say
 * in the scaling, so that the result is linear in each, bit for bit under doubling. (A matrix far
 * from normal is scaled more than it needs, and loses digits by that.) NaN throughout when an operand holds a
 * NaN or ∞.
 * Source: Higham, "The scaling and squaring method for the matrix exponential revisited", 2005; Higham and Relton, "Higher
 * order Fréchet derivatives of matrix functions and the level-2 condition number", 2014.
 */
export function expm(a: Concrete, directions: readonly Concrete[]): Concrete {
  const n = a.shape[0];
  if (![a, ...directions].every(({ storage }) => areFinite(storage))) return rounded(null, a, a.shape);
  let halvings = 0;
  for (let part = norm1Part(a); part > REACH / n; part /= 2) halvings++;
  let scale = 1;
  for (let k = 0; k < halvings; k++) scale /= 2;
  const size = n << directions.length;
  let power = pade(blocks(a, directions, scale), size);
  for (let k = 0; k < halvings; k++) power = product(power, power, size);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = power[i * size + size - n + j];
  return rounded(out, a, a.shape);
}

/** The n-th part of ‖a‖₁, which is finite where the norm itself may not be. */
function norm1Part({ storage, shape }: Concrete): number {
  const n = shape[0];
  let largest = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(storage[i * n + j]) / n;
    largest = Math.max(largest, sum);
  }
  return Math.min(largest, Number.MAX_VALUE);
}

/** a on the diagonal; direction k in block (r, c) where c is r and one more bit, 2ᵏ. */
function blocks(a: Concrete, directions: readonly Concrete[], scale: number): Float64Array {
  const n = a.shape[0];
  const size = n << directions.length;
  const out = new Float64Array(size * size);
  const write = (x: Concrete, row: number, column: number): void => {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) out[(row * n + i) * size + column * n + j] = x.storage[i * n + j] * scale;
  };
  for (let row = 0; row < 1 << directions.length; row++) {
    write(a, row, row);
    directions.forEach((direction, k) => {
      if ((row & (1 << k)) === 0) write(direction, row, row | (1 << k));
    });
  }
  return out;
}

/** (even + odd) / (even − odd) for the even and odd powers of x. */
function pade(x: Float64Array, n: number): Float64Array {
  const x2 = product(x, x, n);
  const x4 = product(x2, x2, n);
  const x6 = product(x4, x2, n);
  const half = (from: number): Float64Array => {
    const high = combined([x2, x4, x6], [PADE[from + 8], PADE[from + 10], PADE[from + 12]], 0, n);
    const low = combined([x2, x4, x6], [PADE[from + 2], PADE[from + 4], PADE[from + 6]], PADE[from], n);
    return product(x6, high, n).map((value, i) => value + low[i]);
  };
  const even = half(0);
  const odd = product(x, half(1), n);
  return substitute(
    factorize(
      even.map((value, i) => value - odd[i]),
      n,
    ),
    even.map((value, i) => value + odd[i]),
    n,
    n,
  );
}

/** Σ factor · matrix, and `constant` on the diagonal. */
function combined(matrices: readonly Float64Array[], factors: readonly number[], constant: number, n: number) {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = constant;
  matrices.forEach((x, k) => {
    for (let i = 0; i < out.length; i++) out[i] += factors[k] * x[i];
  });
  return out;
}

function product(x: Float64Array, y: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = x[i * n + k];
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) out[i * n + j] += factor * y[k * n + j];
    }
  }
  return out;
}

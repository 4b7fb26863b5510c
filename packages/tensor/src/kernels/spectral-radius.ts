import { float64 } from '../elementary/index.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';

const SQUARINGS = 52;
// biome-ignore lint/suspicious/noApproximativeNumericConstant: of Math, only correctly rounded functions are used here
const LN2 = 0.6931471805599453;

/**
 * The largest |eigenvalue| of x [n,n], a scalar: ‖x^N‖^(1/N) with N = 2⁵², by repeated squaring (Gelfand's formula), which
 * needs no eigenvectors and takes complex pairs as they come. After each squaring the power of two at the largest element
 * is taken out and its share of the exponent summed, so nothing overflows; a power that vanishes gives exactly 0 (nilpotent
 * x). N cuts the error of the formula to about n·36/2⁵²; what remains is rounding, about n·κ·ε for eigenvectors of
 * condition κ, and ε^(1/p) at a defective eigenvalue 0 of order p that rounding splits. NaN for NaN or ∞ inside.
 * A radius below 10⁻¹⁵⁰ of the largest element is lost in squares that vanish, and reads 0.
 * Computed in float64, rounded to the dtype of x.
 */
export function spectralRadius(x: Concrete): Concrete {
  const n = x.shape[0];
  const out = allocate(x.dtype, 1);
  out[0] = radius(Float64Array.from(x.storage), n);
  return new Concrete(out, x.dtype, []);
}

function radius(start: Float64Array, n: number): number {
  const largest = maxAbs(start);
  if (largest === 0) return 0;
  if (!(largest < Number.POSITIVE_INFINITY)) return Number.NaN;
  const { scale, log2 } = scaleOf(largest);
  for (let i = 0; i < start.length; i++) start[i] /= scale;
  return timesPowerOfTwo(radiusOfScaled(start, n), log2);
}

/** For a largest element in [1, 2), so that exponents stay small and their sum keeps all its digits. */
function radiusOfScaled(start: Float64Array, n: number): number {
  let power = start;
  let exponent = 0; // log2 of ‖x^N‖^(1/N) so far
  let share = 1; // 1 / N
  for (let k = 0; k < SQUARINGS; k++) {
    power = squared(power, n);
    share /= 2;
    const largest = maxAbs(power);
    if (largest === 0) return 0;
    const { scale, log2 } = scaleOf(largest);
    for (let i = 0; i < power.length; i++) power[i] /= scale;
    exponent += share * log2;
  }
  return float64.exp(exponent * LN2 + share * float64.log(maxAbs(power)));
}

function maxAbs(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i])); // Math.max keeps a NaN
  return largest;
}

/** The power of two that brings `largest` into [1, 2), subnormals excepted. */
function scaleOf(largest: number): { scale: number; log2: number } {
  let scale = 1;
  let log2 = 0;
  for (; scale <= largest / 2; log2++) scale *= 2;
  for (; scale > largest && log2 > -1022; log2--) scale /= 2;
  return { scale, log2 };
}

function squared(x: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = x[i * n + k];
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) out[i * n + j] += factor * x[k * n + j];
    }
  }
  return out;
}

function timesPowerOfTwo(x: number, exponent: number): number {
  let result = x;
  for (let k = 0; k < exponent; k++) result *= 2;
  for (let k = 0; k > exponent; k--) result /= 2;
  return result;
}

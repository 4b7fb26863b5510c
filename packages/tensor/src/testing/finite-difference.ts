import { float64 } from '../elementary/index.ts';

/** What differences say of f′(x)·d, and how far to believe it. */
export interface DirectionalDerivative {
  readonly value: number;
  /** Of `value`: what the next halving of the step still changes, and the rounding of f. */
  readonly error: number;
  /**
   * How fast the error falls with the step: about 4 where f is smooth, about 1 or less at a kink or a jump; ∞ where it is at
   * the level of rounding from the first step on (polynomials of degree 4 or less).
   */
  readonly order: number;
}

const EPSILON = 2.220446049250313e-16;
const LEVELS = 12;

/**
 * The derivative of f at x along `direction`, by the five-point stencil on a ladder of halved steps from `step`; the step
 * with the smallest error is chosen, and the order is measured on those whose error stands clear of rounding.
 *
 * f (x: number[]) → number: project a tensor-valued function on a random cotangent first.
 * Source: Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", 1988 (the stencil).
 * @example directionalDerivative(([x]) => x * x, [3], [1]).value   // 6
 */
export function directionalDerivative(
  f: (x: number[]) => number,
  x: readonly number[],
  direction: readonly number[],
  step = 0.125,
): DirectionalDerivative {
  const ladder = Array.from({ length: LEVELS }, (_, level) => stencil(f, x, direction, step / (1 << level)));
  let best: DirectionalDerivative = { value: Number.NaN, error: Number.POSITIVE_INFINITY, order: Number.NaN };
  const changes: Change[] = [];
  for (let level = 1; level < LEVELS; level++) {
    const [coarse, fine] = [ladder[level - 1], ladder[level]];
    if (coarse === undefined || fine === undefined) break;
    const change = Math.abs(coarse.value - fine.value);
    changes.push({ change, rounding: coarse.rounding + fine.rounding });
    const error = change + fine.rounding;
    if (error < best.error) best = { value: fine.value, error, order: Number.NaN };
  }
  return { ...best, order: orderOf(changes) };
}

interface Change {
  readonly change: number;
  readonly rounding: number;
}

/** f′ ≈ (8(f₁ − f₋₁) − (f₂ − f₋₂)) / 12h, with f_k = f(x + k·h·d): exact to degree 4. */
function stencil(
  f: (x: number[]) => number,
  x: readonly number[],
  direction: readonly number[],
  h: number,
): { value: number; rounding: number } {
  const at = (k: number): number => f(x.map((value, i) => value + k * h * (direction[i] ?? 0)));
  const [far, near, nearBack, farBack] = [at(2), at(1), at(-1), at(-2)];
  const largest = Math.max(Math.abs(far), Math.abs(near), Math.abs(nearBack), Math.abs(farBack));
  return {
    value: (8 * (near - nearBack) - (far - farBack)) / (12 * h),
    rounding: (4 * EPSILON * largest) / h,
  };
}

/** The middle one of log₂ of the ratios of successive changes, among those clear of rounding. */
function orderOf(changes: readonly Change[]): number {
  const orders: number[] = [];
  for (let k = 1; k < changes.length; k++) {
    const [coarse, fine] = [changes[k - 1], changes[k]];
    if (coarse === undefined || fine === undefined) break;
    if (fine.change > 20 * fine.rounding) orders.push(log2(coarse.change / fine.change));
  }
  if (changes.some(({ change }) => Number.isNaN(change))) return Number.NaN;
  if (orders.length === 0) return Number.POSITIVE_INFINITY;
  orders.sort((a, b) => a - b);
  return orders[Math.floor(orders.length / 2)] ?? Number.NaN;
}

const log2 = (x: number): number => float64.log(x) / float64.log(2);

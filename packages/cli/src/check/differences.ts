/** A derivative measured by differences of a function's values. */
export interface Measured {
  readonly value: number;
  /** How far it may be off: what it moved by when the step was halved last, or rounding, if that is more. */
  readonly error: number;
  /** The exponent with which the error fell when the step was halved; null when it was at rounding from the start. */
  readonly order: number | null;
}

/** Which steps are tried: 2^−from down to 2^−to. Powers of two, so that ±h are exact. */
export interface Ladder {
  readonly from: number;
  readonly to: number;
  /** When the error is still above this, smaller steps are tried: beside a kink only they stay on one side of it. */
  readonly enough?: number;
}

/** The smallest step, 2⁻²², leaves eight digits to rounding. */
const finest = 22;

/**
 * The derivative of f at 0 by the five-point stencil D(h) = (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h, whose error is
 * O(h⁴), and by (16 D(h) − D(2h)) / 15, which drops that term. The step is halved until `to`, and on until the error is `enough`; the one with the smallest
 * estimated error wins. The order is that of the stencil itself. `size` is the size of the terms that f adds up: what its
 * rounding is relative to.
 * Sources: Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", 1988 (the stencil);
 * Richardson, "The approximate arithmetical solution by finite differences", 1911 (the extrapolation).
 */
export function differentiate(f: (t: number) => number, size: number, ladder: Ladder): Measured {
  const { from, to, enough = Number.POSITIVE_INFINITY } = ladder;
  let wide = f(2 ** (1 - from)) - f(-(2 ** (1 - from)));
  const stencils: number[] = [];
  const moves: number[] = [];
  let best = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  let before = Number.NaN;
  for (let k = from; k <= to || (k <= finest && best.error > enough); k++) {
    const h = 2 ** -k;
    const near = f(h) - f(-h);
    const value = (8 * near - wide) / (12 * h);
    wide = near;
    const coarse = stencils.at(-1);
    stencils.push(value);
    if (coarse === undefined) continue;
    moves.push(Math.abs(value - coarse));
    const extrapolated = value + (value - coarse) / 15;
    const error = Math.max(Math.abs(extrapolated - before), rounding(size, h));
    if (error < best.error || Number.isNaN(best.value))
      best = { value: extrapolated, error: error || Number.POSITIVE_INFINITY };
    before = extrapolated;
  }
  return { ...best, order: measuredOrder(moves, size, from + 1) };
}

/** What rounding leaves of a difference quotient: two roundings of f over the step. */
const rounding = (size: number, h: number): number => (2 * Number.EPSILON * size) / h;

/** The middle one of log₂ of the ratios of successive moves, among those clear of rounding. */
function measuredOrder(moves: readonly number[], size: number, first: number): number | null {
  const orders = moves.slice(1).flatMap((move, i) => {
    const noise = rounding(size, 2 ** -(first + i + 1));
    const before = moves[i] ?? 0;
    return move > 8 * noise && before > 0 ? [Math.log2(before / move)] : [];
  });
  return median(orders);
}

/** The middle one, the lower of two; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? null;
}

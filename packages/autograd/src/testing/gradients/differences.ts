import { combine, distance, isFiniteVector, norm, type Vector } from './vector.ts';

/** A derivative measured by differences of the function's values. */
export interface Differences {
  readonly value: Vector;
  /** How far `value` may be off: what it still moved by when the step was halved last, or rounding, if that is more. */
  readonly error: number;
  /** Exponent with which the error fell when the step was halved: 4 for a smooth function; null when it was exact at once. */
  readonly order: number | null;
  readonly step: number;
  /** Whether the derivative from the right and the one from the left differ, also in the limit. */
  readonly kink: boolean;
}

/** Steps tried: powers of two, so that ±h are exact. */
interface Ladder {
  /** Exponents of the largest and the smallest step. */
  readonly from: number;
  readonly to: number;
  /** Where one-sided differences are compared, and that a coarser result must agree with. */
  readonly fine: number;
}

const ladders = {
  float64: { from: 3, to: 22, fine: 19 },
  float32: { from: 1, to: 9, fine: 7 },
} as const satisfies Record<string, Ladder>;

/**
 * The derivative of `f` at 0, by five-point stencils at a step that is halved until rounding takes over.
 *
 * D(h) = (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h has error O(h⁴); the step with the smallest estimated error wins.
 * Beside a kink the coarse steps may settle on a value that is not the derivative; one that a fine step contradicts does
 * not count.
 */
export function differentiate(f: (t: number) => Vector, precision: 'float64' | 'float32'): Differences {
  const values = new Map<number, Vector>();
  const at = (t: number): Vector => {
    const known = values.get(t) ?? f(t);
    values.set(t, known);
    return known;
  };
  const { from, to, fine } = ladders[precision];
  const rounding = (precision === 'float64' ? 2.3e-16 : 1.2e-7) * Math.max(norm(at(0)), 1e-300);
  const stencil = (h: number): Vector =>
    combine(8 / (12 * h), combine(1, at(h), -1, at(-h)), -1 / (12 * h), combine(1, at(2 * h), -1, at(-2 * h)));
  const witness = stencil(power(-fine));
  const contradicted = (value: Vector, error: number): boolean =>
    distance(value, witness) > 10 * (error + (2 * rounding) / power(-fine));
  const moves: number[] = [];
  let previous: Vector | null = null;
  let best: { value: Vector; error: number; step: number } = { value: at(0), error: Number.POSITIVE_INFINITY, step: 0 };
  let worse = 0;
  // Where the coarse steps leave the domain, the ladder goes on to finer ones.
  for (let k = from + 1; k <= to || (moves.length < 3 && k < 45); k++) {
    const h = power(-k);
    const value = stencil(h);
    if (!isFiniteVector(value)) {
      previous = null;
      continue;
    }
    if (previous !== null) {
      const move = distance(value, previous);
      moves.push(move);
      const error = Math.max(move, (2 * rounding) / h);
      if (error < best.error && !contradicted(value, error)) {
        best = { value, error, step: h };
        worse = 0;
      } else if (best.error <= 1e-10 * norm(best.value) && ++worse >= 3) break;
    }
    previous = value;
  }
  return {
    ...best,
    order: measuredOrder(moves, rounding / (best.step || 1)),
    kink: hasKink(at, fine, rounding, norm(best.value)),
  };
}

/** 2ⁿ for whole n. */
export function power(n: number): number {
  let result = 1;
  for (let i = 0; i < Math.abs(n); i++) result *= n < 0 ? 0.5 : 2;
  return result;
}

/** The typical fall of the error per halving, over the steps at which it was above rounding. */
function measuredOrder(moves: readonly number[], noise: number): number | null {
  const falls = moves.slice(1).flatMap((move, i) => {
    const before = moves[i] ?? 0;
    return before > 64 * noise && move > 4 * noise ? [log2(before / move)] : [];
  });
  falls.sort((a, b) => a - b);
  return falls[falls.length >> 1] ?? null;
}

/** Rough binary logarithm: enough for an exponent in a message. */
function log2(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return Number.NaN;
  let exponent = 0;
  let rest = x;
  for (; rest >= 2; rest /= 2) exponent++;
  for (; rest < 1; rest *= 2) exponent--;
  return Math.floor((exponent + rest - 1) * 10) / 10;
}

/**
 * One-sided second-order differences from both sides. For a smooth function their gap falls fourfold per halving; at a
 * kink it stays, at a jump it grows.
 */
function hasKink(at: (t: number) => Vector, level: number, rounding: number, slope: number): boolean {
  const gap = (h: number): number => {
    const right = combine(4 / (2 * h), at(h), -1 / (2 * h), at(2 * h));
    const left = combine(4 / (2 * h), at(-h), -1 / (2 * h), at(-2 * h));
    return norm(combine(1, combine(1, right, 1, left), -3 / h, at(0)));
  };
  const fine = gap(power(-level));
  const coarse = gap(power(2 - level));
  const noise = (64 * rounding) / power(-level);
  if (!Number.isFinite(fine) || !Number.isFinite(coarse)) return false;
  return fine > noise + 1e-5 * slope && fine > 0.2 * coarse;
}

import type { Arithmetic } from '../arithmetic.ts';
import { clamp, fastTwoSum, keepZero, type Pair, polynomial, round, twoSum } from './pieces.ts';
import type { Tables } from './tables.ts';

/** e^x = 2^n · (1 + r + tail), |r| ≤ ½ ln 2, the tail at most r². */
export interface Reduced<V> {
  readonly n: V;
  readonly r: V;
  readonly tail: V;
}

/**
 * Cody and Waite: x + low = n·ln 2 + r + c, where n·ln2High is exact and c is what rounding took from r. Then
 * e^(r+c) − 1 = r + (c + c·r + r²/2 + r³·series), everything after r in plain arithmetic. `x` must be clamped.
 */
export function reduceExp<V, C>(m: Arithmetic<V, C>, t: Tables, x: V, low?: V): Reduced<V> {
  const n = round(m, t, m.mul(x, m.constant(t.exp.log2e)));
  const head = m.sub(x, m.mul(n, m.constant(t.exp.ln2High)));
  const nLow = m.mul(n, m.constant(t.exp.ln2Low));
  const rest = low === undefined ? nLow : m.sub(nLow, low);
  const r = m.sub(head, rest);
  const c = m.sub(m.sub(head, r), rest);
  return { n, r, tail: expTail(m, t, r, c) };
}

/** e^(r+c) − 1 − r for |r| ≤ ½ ln 2 and a c that rounding left. */
export function expTail<V, C>(m: Arithmetic<V, C>, t: Tables, r: V, c: V): V {
  const square = m.mul(r, r);
  const cubic = m.mul(m.mul(square, r), polynomial(m, t.exp.series, r));
  // ½r² is added last and separately, because its rounding is the largest error left.
  return m.add(m.mul(square, m.constant(0.5)), m.add(cubic, m.add(c, m.mul(c, r))));
}

/** 1 + r + tail as a pair. */
export function onePlus<V, C>(m: Arithmetic<V, C>, { r, tail }: Reduced<V>): Pair<V> {
  const sum = fastTwoSum(m, m.constant(1), r);
  return fastTwoSum(m, sum.high, m.add(sum.low, tail));
}

/** Each y times 2^n, rounded once, for |n| up to twice the greatest exponent and |y| < 2. */
export function scale<V, C>(m: Arithmetic<V, C>, t: Tables, ys: readonly V[], n: V): readonly V[] {
  const once = () => {
    const factor = m.pow2(n);
    return ys.map((y) => m.mul(y, factor));
  };
  const twice = () => {
    const half = m.floor(m.mul(n, m.constant(0.5)));
    const first = m.pow2(half);
    const second = m.pow2(m.sub(n, half));
    return ys.map((y) => m.mul(m.mul(y, first), second));
  };
  return m.branch(m.lessEqual(m.abs(n), m.constant(t.maxExponent - 1)), once, twice);
}

/** e^x. */
export function exp<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const { n, r, tail } = reduceExp(m, t, clamp(m, x, t.exp.lowest, t.exp.highest));
  const sum = fastTwoSum(m, m.constant(1), r);
  return scale(m, t, [m.add(sum.high, m.add(sum.low, tail))], n)[0] as V; // one in, one out
}

/**
 * (e^x − 1)·2^−n as a sum whose low part may overlap, with n and 2^−n. For n past `saturatedExponent` 2^−n is replaced by
 * something as negligible. 1 − 2^−n is added up by `sumUp`, which may be the fast one if x ≥ 0.
 */
export function reduceExpm1<V, C>(
  m: Arithmetic<V, C>,
  t: Tables,
  x: V,
  sumUp: typeof twoSum,
): Pair<V> & { readonly n: V; readonly unit: V } {
  const { n, r, tail } = reduceExp(m, t, x);
  const bound = m.constant(t.exp.saturatedExponent);
  const unit = m.pow2(m.neg(m.select(m.less(bound, n), bound, n)));
  const whole = sumUp(m, m.constant(1), m.neg(unit)); // 0 when n = 0: then r leads, and nothing is lost
  const sum = fastTwoSum(m, whole.high, r);
  return { n, unit, high: sum.high, low: m.add(sum.low, m.add(whole.low, tail)) };
}

/** e^x − 1. */
export function expm1<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const { n, high, low } = reduceExpm1(m, t, clamp(m, x, t.exp.lowestExpm1, t.exp.highest), twoSum);
  const twice = m.mul(m.add(high, low), m.constant(2));
  return keepZero(m, x, m.mul(twice, m.pow2(m.sub(n, m.constant(1))))); // n may be one too large for pow2
}

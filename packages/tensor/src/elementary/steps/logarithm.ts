import type { Arithmetic } from '../arithmetic.ts';
import { fastTwoSum, keepZero, polynomial, twoSum } from './pieces.ts';
import type { Tables } from './tables.ts';

/**
 * x = s·2^k, √½ ≤ s ≤ √2 up to rounding, for an x > 0 that is at least 4 times the smallest normal. The exponent of
 * √⅛·x is k − 2, which needs no comparison and keeps 2^(2−k) in range for the largest x, too.
 */
export function binade<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): { readonly s: V; readonly k: V } {
  const exponent = m.exponent(m.mul(x, m.constant(t.log.sqrtEighth)));
  const s = m.mul(m.mul(x, m.constant(0.25)), m.pow2(m.neg(exponent)));
  return { s, k: m.add(exponent, m.constant(2)) };
}

/** `binade` for every finite x > 0: small ones are lifted first. */
export function liftedBinade<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): { readonly s: V; readonly k: V } {
  const small = m.less(x, m.constant(t.log.smallest));
  const { s, k } = binade(m, t, m.select(small, m.mul(x, m.constant(t.log.lift)), x));
  return { s, k: m.sub(k, m.select(small, m.constant(t.log.liftExponent), m.constant(0))) };
}

/**
 * k·ln 2 + log(1 + f) + c for small c. With s = f/(2+f), log(1+f) = 2s + s³·series(s²), and 2s = f − ½f² + s·½f²: f itself
 * leads, so that the division's error only touches small terms.
 */
export function logarithm<V, C>(m: Arithmetic<V, C>, t: Tables, f: V, k: V, c?: V): V {
  const s = m.div(f, m.add(f, m.constant(2)));
  const z = m.mul(s, s);
  const series = m.mul(z, polynomial(m, t.log.series, z));
  const halfSquare = m.mul(m.mul(f, m.constant(0.5)), f);
  const head = fastTwoSum(m, m.mul(k, m.constant(t.exp.ln2High)), f);
  const kLow = m.mul(k, m.constant(t.exp.ln2Low));
  const small = c === undefined ? kLow : m.add(kLow, c);
  const curved = m.sub(m.add(m.mul(s, m.add(halfSquare, series)), small), halfSquare);
  return m.add(head.high, m.add(head.low, curved));
}

/** The natural logarithm: −∞ at ±0, NaN below. */
export function log<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const { s, k } = liftedBinade(m, t, x);
  return atEnds(m, x, logarithm(m, t, m.sub(s, m.constant(1)), k));
}

/** A logarithm `y` of x with its ends: −∞ at ±0, ∞ at ∞, NaN below 0. */
export function atEnds<V, C>(m: Arithmetic<V, C>, x: V, y: V): V {
  const finite = m.select(m.less(x, m.constant(Number.POSITIVE_INFINITY)), y, x); // x: infinity and NaN
  const positive = m.select(m.equal(x, m.constant(0)), m.constant(Number.NEGATIVE_INFINITY), finite);
  return m.select(m.less(x, m.constant(0)), m.constant(Number.NaN), positive);
}

/** log((1 + x.high + x.low)·2^doublings) for x.high > −1. Near 0 nothing of x is rounded; elsewhere what 1 + x lost comes back as c/u. */
export function logOnePlus<V, C>(m: Arithmetic<V, C>, t: Tables, x: V, low?: V, doublings?: V): V {
  const u = twoSum(m, m.constant(1), x);
  const { s, k } = binade(m, t, u.high);
  const near = m.equal(k, m.constant(0));
  const f = m.select(near, x, m.sub(s, m.constant(1)));
  const lost = m.select(near, m.constant(0), u.low);
  const c = m.div(low === undefined ? lost : m.add(lost, low), u.high);
  return logarithm(m, t, f, doublings === undefined ? k : m.add(k, doublings), c);
}

/** log(1 + x): −∞ at −1, NaN below. */
export function log1p<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const y = keepZero(m, x, logOnePlus(m, t, x));
  const finite = m.select(m.less(x, m.constant(Number.POSITIVE_INFINITY)), y, x); // x: infinity and NaN
  const inside = m.select(m.equal(x, m.constant(-1)), m.constant(Number.NEGATIVE_INFINITY), finite);
  return m.select(m.less(x, m.constant(-1)), m.constant(Number.NaN), inside);
}

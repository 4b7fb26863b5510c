import type { Arithmetic } from '../arithmetic.ts';
import type { Tables } from './tables.ts';

/** A value as the unevaluated sum high + low. */
export interface Pair<V> {
  readonly high: V;
  readonly low: V;
}

/**
 * Coefficients ascending, at least one. Even and odd powers are summed apart, each by Horner's rule in x²: two short chains
 * of dependent operations take less time than a long one.
 */
export function polynomial<V, C>(m: Arithmetic<V, C>, coefficients: readonly number[], x: V): V {
  if (coefficients.length < 5) return horner(m, coefficients, x);
  const square = m.mul(x, x);
  const even = coefficients.filter((_, power) => power % 2 === 0);
  const odd = coefficients.filter((_, power) => power % 2 === 1);
  return m.add(m.mul(horner(m, odd, square), x), horner(m, even, square));
}

function horner<V, C>(m: Arithmetic<V, C>, coefficients: readonly number[], x: V): V {
  const [last, ...rest] = [...coefficients].reverse() as [number, ...number[]]; // at least one
  return rest.reduce((sum, c) => m.add(m.mul(sum, x), m.constant(c)), m.constant(last));
}

/** The nearest integer, ties to even, for |x| < 2^(p−2). */
export function round<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const shift = m.constant(t.shift);
  return m.sub(m.add(x, shift), shift);
}

/** a + b exactly, for |a| ≥ |b| or a = 0 (Dekker, 1971). */
export function fastTwoSum<V, C>(m: Arithmetic<V, C>, a: V, b: V): Pair<V> {
  const high = m.add(a, b);
  return { high, low: m.sub(b, m.sub(high, a)) };
}

/** a + b exactly (Knuth, The Art of Computer Programming 2, 4.2.2). */
export function twoSum<V, C>(m: Arithmetic<V, C>, a: V, b: V): Pair<V> {
  const high = m.add(a, b);
  const partB = m.sub(high, a);
  const partA = m.sub(high, partB);
  return { high, low: m.add(m.sub(a, partA), m.sub(b, partB)) };
}

/** a cut in two (Veltkamp, 1968): with 2^k + 1 the high part keeps p − k bits. |a|·2^k must be finite. */
export function split<V, C>(m: Arithmetic<V, C>, splitter: number, a: V): Pair<V> {
  const scaled = m.mul(a, m.constant(splitter));
  const high = m.sub(scaled, m.sub(scaled, a));
  return { high, low: m.sub(a, high) };
}

/** a·b exactly, unless a part of it underflows (Dekker, 1971). */
export function twoProduct<V, C>(m: Arithmetic<V, C>, t: Tables, a: V, b: V): Pair<V> {
  const high = m.mul(a, b);
  const x = split(m, t.splitter, a);
  const y = split(m, t.splitter, b);
  const rest = m.sub(m.mul(x.high, y.high), high);
  const cross = m.add(m.add(rest, m.mul(x.high, y.low)), m.mul(x.low, y.high));
  return { high, low: m.add(cross, m.mul(x.low, y.low)) };
}

/** (a.high + a.low) / (b.high + b.low), rounded about once: the quotient of the high parts, corrected to first order. */
export function quotient<V, C>(m: Arithmetic<V, C>, a: Pair<V>, b: Pair<V>): V {
  const q = m.div(a.high, b.high);
  const reciprocal = m.div(m.constant(1), b.high); // not (…) / b.high: this division need not wait for q
  return m.add(q, m.mul(m.sub(a.low, m.mul(q, b.low)), reciprocal));
}

/** x limited to [low, high]; NaN stays NaN. */
export function clamp<V, C>(m: Arithmetic<V, C>, x: V, low: number, high: number): V {
  const above = m.select(m.less(x, m.constant(low)), m.constant(low), x);
  return m.select(m.less(m.constant(high), above), m.constant(high), above);
}

/** `x` itself where x = 0, so that −0 is kept; `y` elsewhere. */
export function keepZero<V, C>(m: Arithmetic<V, C>, x: V, y: V): V {
  return m.select(m.equal(x, m.constant(0)), x, y);
}

/** −|y| where x < 0, `y` elsewhere. */
export function withSignOf<V, C>(m: Arithmetic<V, C>, x: V, y: V): V {
  return m.select(m.less(x, m.constant(0)), m.neg(y), y);
}

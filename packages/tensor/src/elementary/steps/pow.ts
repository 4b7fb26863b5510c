import type { Arithmetic } from '../arithmetic.ts';
import { reduceExp, scale } from './exponential.ts';
import { liftedBinade } from './logarithm.ts';
import { clamp, fastTwoSum, type Pair, polynomial, round, split, twoProduct, twoSum } from './pieces.ts';
import type { Tables } from './tables.ts';

/**
 * log x for x > 0, good to about p + 15 bits. x = s·2^k, c ≈ 1/s from a table, z = s·c − 1 exactly as a pair:
 * log x = k·ln 2 − log c + z − ½z² + z³·series. The leading ½z² is exact; the cubic term is small enough for plain arithmetic.
 */
export function preciseLog<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): Pair<V> {
  const { s, k } = liftedBinade(m, t, x);
  const cell = m.sub(round(m, t, m.mul(s, m.constant(t.pow.cells))), m.constant(t.pow.firstCell));
  const c = m.lookup(t.pow.inverse, cell);
  const part = split(m, t.pow.highPartSplitter, s);
  const z = fastTwoSum(m, m.sub(m.mul(part.high, c), m.constant(1)), m.mul(part.low, c));
  const base = m.add(m.mul(k, m.constant(t.exp.ln2High)), m.lookup(t.pow.logHigh, cell)); // exact: one grid
  const baseLow = m.add(m.mul(k, m.constant(t.exp.ln2Low)), m.lookup(t.pow.logLow, cell));
  const cut = split(m, t.splitter, z.high);
  const half = m.constant(0.5);
  const squareHigh = m.mul(m.mul(cut.high, cut.high), half);
  const squareLow = m.mul(m.mul(cut.low, m.add(z.high, cut.high)), half);
  const cubic = m.mul(m.mul(m.mul(z.high, z.high), z.high), polynomial(m, t.pow.series, z.high));
  const first = twoSum(m, base, z.high);
  const second = twoSum(m, first.high, m.neg(squareHigh));
  const linearLow = m.sub(m.sub(z.low, m.mul(z.high, z.low)), squareLow);
  const rest = m.add(m.add(m.add(first.low, second.low), baseLow), m.add(linearLow, cubic));
  return fastTwoSum(m, second.high, rest);
}

/** x^y for x > 0 finite and any y: e^(y·log x), the product as a pair. */
export function positivePow<V, C>(m: Arithmetic<V, C>, t: Tables, x: V, y: V): V {
  const power = clamp(m, y, -t.pow.largestPower, t.pow.largestPower);
  const log = preciseLog(m, t, x);
  const product = twoProduct(m, t, power, log.high);
  const low = m.add(product.low, m.mul(power, log.low));
  const high = clamp(m, product.high, t.exp.lowest, t.exp.highest);
  const inside = m.equal(high, product.high);
  const { n, r, tail } = reduceExp(m, t, high, m.select(inside, low, m.constant(0)));
  const sum = fastTwoSum(m, m.constant(1), r);
  return scale(m, t, [m.add(sum.high, m.add(sum.low, tail))], n)[0] as V; // one in, one out
}

/** x^y with the special cases of C's Annex F: x^0 = 1 and 1^y = 1 even for NaN. */
export function pow<V, C>(m: Arithmetic<V, C>, t: Tables, x: V, y: V): V {
  const zero = m.constant(0);
  const one = m.constant(1);
  const infinity = m.constant(Number.POSITIVE_INFINITY);
  const size = m.abs(x);
  const grows = m.less(zero, y);
  const safe = m.select(m.and(m.less(zero, size), m.less(size, infinity)), size, one); // so that the table is never left
  const usual = positivePow(m, t, safe, y);
  const atZero = m.select(m.equal(size, zero), m.select(grows, zero, infinity), usual);
  const atInfinity = m.select(m.equal(size, infinity), m.select(grows, infinity, zero), atZero);
  const away = m.select(m.equal(size, one), one, atInfinity);
  const swells = m.or(m.and(m.less(one, size), grows), m.and(m.less(size, one), m.not(grows)));
  const infinitePower = m.select(m.equal(size, one), one, m.select(swells, infinity, zero));
  const magnitude = m.select(m.equal(m.abs(y), infinity), infinitePower, away);
  const signed = withPowerSign(m, x, y, magnitude);
  const unordered = m.not(m.and(m.equal(x, x), m.equal(y, y)));
  const answered = m.select(unordered, m.constant(Number.NaN), signed);
  return m.select(m.or(m.equal(y, zero), m.equal(x, one)), one, answered);
}

/** The sign of an odd power of a negative x (or of −0); NaN for a negative finite x and a power that is no integer. */
function withPowerSign<V, C>(m: Arithmetic<V, C>, x: V, y: V, magnitude: V): V {
  const zero = m.constant(0);
  const half = m.mul(y, m.constant(0.5));
  const whole = m.equal(m.floor(y), y);
  const odd = m.and(whole, m.not(m.equal(m.floor(half), half)));
  const below = m.less(x, zero);
  const negativeZero = m.and(m.equal(x, zero), m.less(m.div(m.constant(1), x), zero));
  const signed = m.select(m.and(odd, m.or(below, negativeZero)), m.neg(magnitude), magnitude);
  const rooted = m.and(m.and(below, m.less(m.constant(Number.NEGATIVE_INFINITY), x)), m.not(whole));
  return m.select(rooted, m.constant(Number.NaN), signed);
}

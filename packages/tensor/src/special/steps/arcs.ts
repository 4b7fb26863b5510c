import type { Arithmetic } from '../../elementary/arithmetic.ts';
import {
  fastTwoSum,
  keepZero,
  type Pair,
  polynomial,
  round,
  twoProduct,
  twoSum,
  withSignOf,
} from '../../elementary/steps/pieces.ts';
import { choose, isNegative, keepNaN, normal, pairQuotient, pairRoot } from './pairs.ts';
import { scaledTogether } from './scaled.ts';
import type { SpecialTables } from './tables.ts';

/**
 * atan(small/big) as a pair, for 0 ≤ small ≤ big far from the ends of the range. With c = i/cells next to the quotient, it is
 * atan(c) + atan(z), z = (small − c·big)/(big + c·small).
 */
function arcOf<V, C>(m: Arithmetic<V, C>, t: SpecialTables, small: Pair<V>, big: Pair<V>): Pair<V> {
  const rough = m.div(small.high, big.high);
  const inside = m.select(m.lessEqual(rough, m.constant(1)), rough, m.constant(0)); // so that the table is never left
  const cell = round(m, t, m.mul(inside, m.constant(t.arc.cells)));
  const c = m.mul(cell, m.constant(1 / t.arc.cells));
  const below = twoProduct(m, t, c, big.high);
  const over = twoProduct(m, t, c, small.high);
  const top = twoSum(m, small.high, m.neg(below.high));
  const bottom = fastTwoSum(m, big.high, over.high);
  const topLow = m.sub(m.add(m.sub(top.low, below.low), small.low), m.mul(c, big.low));
  const bottomLow = m.add(m.add(m.add(bottom.low, over.low), big.low), m.mul(c, small.low));
  const z = pairQuotient(m, t, normal(m, top.high, topLow), normal(m, bottom.high, bottomLow));
  const square = m.mul(z.high, z.high);
  const cubic = m.mul(m.mul(square, z.high), polynomial(m, t.arc.series, square));
  const head = fastTwoSum(m, m.lookup(t.arc.high, cell), z.high);
  return normal(m, head.high, m.add(head.low, m.add(m.lookup(t.arc.low, cell), m.add(z.low, cubic))));
}

/** The angle of (x, y) for y ≥ 0, from the arc between it and the nearer axis: the one of y where `steep`. */
function angle<V, C>(m: Arithmetic<V, C>, t: SpecialTables, arc: Pair<V>, steep: C, left: C): V {
  const [high, low] = t.arc.pi;
  const zero = m.constant(0);
  const base = m.select(steep, m.constant(high / 2), m.select(left, m.constant(high), zero));
  const baseLow = m.select(steep, m.constant(low / 2), m.select(left, m.constant(low), zero));
  const back = m.or(m.and(steep, m.not(left)), m.and(left, m.not(steep)));
  const turned = choose(m, back, { high: m.neg(arc.high), low: m.neg(arc.low) }, arc);
  const sum = twoSum(m, base, turned.high);
  return m.add(sum.high, m.add(sum.low, m.add(baseLow, turned.low)));
}

/** atan x, by the arc of x or of 1/x. */
export function arctan<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const one = m.constant(1);
  const zero = m.constant(0);
  const limit = m.constant(t.arc.large);
  const whole = m.abs(x);
  const size = m.select(m.less(limit, whole), limit, whole);
  const steep = m.less(one, size);
  const small = { high: m.select(steep, one, size), low: zero };
  const big = { high: m.select(steep, size, one), low: zero };
  const [high, low] = t.arc.pi;
  const arc = arcOf(m, t, small, big);
  const rest = fastTwoSum(m, m.constant(high / 2), m.neg(arc.high));
  const complement = m.add(rest.high, m.add(rest.low, m.sub(m.constant(low / 2), arc.low)));
  const y = m.select(steep, complement, m.add(arc.high, arc.low));
  return keepNaN(m, x, keepZero(m, x, withSignOf(m, x, y)));
}

/** The angle of the point (x, y), as C's Annex F has it: −0 counts as below, infinities as far along their axes. */
export function arctan2<V, C>(m: Arithmetic<V, C>, t: SpecialTables, y: V, x: V): V {
  const [one, zero, infinity] = [1, 0, Number.POSITIVE_INFINITY].map((k) => m.constant(k)) as [V, V, V]; // three
  const [across, up] = [m.abs(x), m.abs(y)];
  const steep = m.less(across, up);
  const small = m.select(steep, across, up);
  const big = m.select(steep, up, across);
  const far = m.equal(big, infinity);
  const none = m.or(m.equal(big, zero), far);
  const safeSmall = m.select(none, m.select(m.equal(small, infinity), one, zero), small);
  const safeBig = m.select(none, one, big);
  const { a, b } = scaledTogether(m, t, safeBig, safeSmall);
  const plain = m.div(safeSmall, safeBig);
  const arc = arcOf(m, t, { high: b, low: zero }, { high: a, low: zero });
  const tiny = m.less(plain, m.constant(1 / t.arc.large));
  const found = angle(m, t, choose(m, tiny, { high: plain, low: zero }, arc), steep, isNegative(m, x));
  const signed = m.select(isNegative(m, y), m.neg(found), found);
  return m.select(m.and(m.equal(x, x), m.equal(y, y)), signed, m.constant(Number.NaN));
}

/** √(1 − x²) as a pair, and the arc between (√(1 − x²), |x|) and the nearer axis. */
function quarterArc<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): { arc: Pair<V>; steep: C } {
  const size = { high: m.abs(x), low: m.constant(0) };
  const square = twoProduct(m, t, size.high, size.high);
  const rest = fastTwoSum(m, m.constant(1), m.neg(square.high));
  const root = pairRoot(m, t, normal(m, rest.high, m.sub(rest.low, square.low)));
  const steep = m.less(root.high, size.high);
  return { arc: arcOf(m, t, choose(m, steep, root, size), choose(m, steep, size, root)), steep };
}

/** asin x; NaN for |x| > 1. */
export function arcsin<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const { arc, steep } = quarterArc(m, t, x);
  const y = m.select(steep, angle(m, t, arc, steep, m.less(m.constant(1), m.constant(0))), m.add(arc.high, arc.low));
  const inside = m.lessEqual(m.abs(x), m.constant(1));
  return m.select(inside, keepZero(m, x, withSignOf(m, x, y)), m.constant(Number.NaN));
}

/** acos x; NaN for |x| > 1. */
export function arccos<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const { arc, steep } = quarterArc(m, t, x);
  const y = angle(m, t, arc, m.not(steep), m.less(x, m.constant(0)));
  return m.select(m.lessEqual(m.abs(x), m.constant(1)), y, m.constant(Number.NaN));
}

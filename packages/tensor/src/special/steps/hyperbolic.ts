import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { onePlus, reduceExp, scale } from '../../elementary/steps/exponential.ts';
import { log, logOnePlus } from '../../elementary/steps/logarithm.ts';
import {
  fastTwoSum,
  keepZero,
  type Pair,
  polynomial,
  twoProduct,
  twoSum,
  withSignOf,
} from '../../elementary/steps/pieces.ts';
import { choose, keepNaN, normal, pairQuotient, pairRoot } from './pairs.ts';
import type { SpecialTables } from './tables.ts';

/** e^|x| = 2^n·rising and e^−|x| = 2^n·falling. */
function bothExponentials<V, C>(m: Arithmetic<V, C>, t: SpecialTables, size: V): { n: V; rising: Pair<V>; falling: V } {
  const top = m.constant(t.exp.highest + 2);
  const reduced = reduceExp(m, t, m.select(m.less(top, size), top, size));
  const rising = onePlus(m, reduced);
  const bound = m.constant(t.exp.saturatedExponent);
  const unit = m.pow2(m.neg(m.select(m.less(bound, reduced.n), bound, reduced.n)));
  return { n: reduced.n, rising, falling: m.div(m.mul(unit, unit), rising.high) };
}

/** sinh x = (e^x − e^−x)/2, by its series below 1. */
export function sinh<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const size = m.abs(x);
  const near = () => {
    const square = m.mul(size, size);
    return [m.add(size, m.mul(m.mul(size, square), polynomial(m, t.sinh, square)))];
  };
  const far = () => {
    const { n, rising, falling } = bothExponentials(m, t, size);
    const sum = fastTwoSum(m, rising.high, m.neg(falling));
    return scale(m, t, [m.add(sum.high, m.add(sum.low, rising.low))], m.sub(n, m.constant(1)));
  };
  const [y] = m.branch(m.less(size, m.constant(1)), near, far) as [V]; // one each
  return keepZero(m, x, withSignOf(m, x, y));
}

/** cosh x = (e^x + e^−x)/2. */
export function cosh<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const { n, rising, falling } = bothExponentials(m, t, m.abs(x));
  const sum = fastTwoSum(m, rising.high, falling);
  return scale(m, t, [m.add(sum.high, m.add(sum.low, rising.low))], m.sub(n, m.constant(1)))[0] as V; // one in, one out
}

/** Beyond `large`, where root and x cannot be told apart, log(2x); else log(1 + u). */
function logarithmOf<V, C>(m: Arithmetic<V, C>, t: SpecialTables, size: V, large: C, u: Pair<V>): V {
  const [zero, one] = [m.constant(0), m.constant(1)];
  const less = fastTwoSum(m, m.select(large, size, one), m.neg(one));
  const { high, low } = choose(m, large, less, u);
  return logOnePlus(m, t, high, low, m.select(large, one, zero));
}

/** asinh x = log(1 + u) for u = |x| + x²/(1 + √(1 + x²)). */
export function arcsinh<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const one = m.constant(1);
  const size = m.abs(x);
  const large = m.less(m.constant(t.hyperbolic.large), size);
  const safe = m.select(large, one, size);
  const square = twoProduct(m, t, safe, safe);
  const sum = twoSum(m, one, square.high);
  const root = pairRoot(m, t, normal(m, sum.high, m.add(sum.low, square.low)));
  const small = fastTwoSum(m, safe, m.div(square.high, m.add(one, root.high)));
  const less = fastTwoSum(m, root.high, m.neg(one));
  const total = twoSum(m, safe, less.high);
  const usual = normal(m, total.high, m.add(total.low, m.add(less.low, root.low)));
  const y = logarithmOf(m, t, size, large, choose(m, m.less(safe, one), small, usual));
  const finite = m.select(m.less(size, m.constant(Number.POSITIVE_INFINITY)), withSignOf(m, x, y), x); // x: ±∞ and NaN
  return keepZero(m, x, finite);
}

/** acosh x = log(1 + u) for u = x − 1 + √(x² − 1); NaN below 1. */
export function arccosh<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const one = m.constant(1);
  const large = m.less(m.constant(t.hyperbolic.large), x);
  const safe = m.select(large, one, x);
  const square = twoProduct(m, t, safe, safe);
  const rest = fastTwoSum(m, square.high, m.neg(one));
  const root = pairRoot(m, t, normal(m, rest.high, m.add(rest.low, square.low)));
  const less = fastTwoSum(m, safe, m.neg(one));
  const total = twoSum(m, root.high, less.high);
  const usual = normal(m, total.high, m.add(total.low, m.add(less.low, root.low)));
  const y = logarithmOf(m, t, x, large, usual);
  const finite = m.select(m.less(x, m.constant(Number.POSITIVE_INFINITY)), y, x); // x: ∞ and NaN
  return m.select(m.less(x, one), m.constant(Number.NaN), finite);
}

/** atanh x = ½ log(1 + 2x/(1 − x)); ±∞ at ±1, NaN beyond. */
export function arctanh<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const [zero, one] = [m.constant(0), m.constant(1)];
  const size = m.abs(x);
  const inside = m.less(size, one);
  const safe = m.select(inside, size, zero);
  const u = pairQuotient(m, t, { high: m.add(safe, safe), low: zero }, fastTwoSum(m, one, m.neg(safe)));
  const y = m.mul(logOnePlus(m, t, u.high, u.low), m.constant(0.5));
  const edge = m.select(m.equal(size, one), m.constant(Number.POSITIVE_INFINITY), m.constant(Number.NaN));
  return keepZero(m, x, withSignOf(m, x, m.select(inside, y, edge)));
}

/** log(x/(1 − x)), by log(1 + (2x − 1)/(1 − x)) on either side of ½. */
export function logit<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const [zero, half, one] = [0, 0.5, 1].map((k) => m.constant(k)) as [V, V, V]; // three
  const inside = m.and(m.less(zero, x), m.less(x, one));
  const p = m.select(inside, x, half);
  const upper = m.less(half, p);
  const tiny = m.less(p, m.constant(1 / t.arc.large));
  const co = fastTwoSum(m, one, m.neg(p));
  const double = m.add(p, p);
  const excess = choose(m, upper, fastTwoSum(m, double, m.neg(one)), fastTwoSum(m, one, m.neg(double)));
  const below = { high: m.select(tiny, one, p), low: zero };
  const u = pairQuotient(m, t, excess, choose(m, upper, co, below));
  const size = logOnePlus(m, t, u.high, u.low);
  const [y] = m.branch(
    m.not(tiny),
    () => [m.select(upper, size, m.neg(size))],
    () => [log(m, t, p)],
  ) as [V]; // one each
  const ends = m.select(m.equal(x, zero), m.constant(Number.NEGATIVE_INFINITY), m.constant(Number.NaN));
  const edge = m.select(m.equal(x, one), m.constant(Number.POSITIVE_INFINITY), ends);
  return keepNaN(m, x, m.select(inside, m.add(y, zero), edge)); // + 0: −0 at ½ is 0
}

import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { liftedBinade, log, logarithm } from '../../elementary/steps/logarithm.ts';
import { fastTwoSum, type Pair, polynomial, round, twoProduct, twoSum } from '../../elementary/steps/pieces.ts';
import { positivePow, preciseLog } from '../../elementary/steps/pow.ts';
import { choose, keepNaN, normal } from './pairs.ts';
import type { SpecialTables } from './tables.ts';

const within = <V, C>(m: Arithmetic<V, C>, x: V): V =>
  m.select(m.less(x, m.constant(Number.POSITIVE_INFINITY)), x, m.constant(1)); // so that ∞ and NaN do no harm

/** sin(πd)/π for |d| ≤ ½. */
function sineOverPi<V, C>(m: Arithmetic<V, C>, t: SpecialTables, d: V): V {
  const square = m.mul(d, d);
  return m.add(d, m.mul(m.mul(d, square), polynomial(m, t.gamma.sine, square)));
}

/** How far |x| is from the nearest integer; 0 where all numbers are integers. */
function fromInteger<V, C>(m: Arithmetic<V, C>, t: SpecialTables, size: V): V {
  const safe = m.select(m.less(size, m.constant(t.gamma.integral)), size, m.constant(0));
  return m.sub(safe, round(m, t, safe));
}

/** log(high + low) for high > 0. */
function logOfPair<V, C>(m: Arithmetic<V, C>, t: SpecialTables, { high, low }: Pair<V>): V {
  const { s, k } = liftedBinade(m, t, high);
  return logarithm(m, t, m.sub(s, m.constant(1)), k, m.div(low, high));
}

/** lgamma(x) for 0 < x < 8, with y = x − 1: Γ(x) is Γ(2 + a), |a| ≤ ½, times or over what lies in between. */
function nearLogGamma<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V, y: V): V {
  const one = m.constant(1);
  const below = m.less(x, m.constant(1.5));
  const low = m.less(x, m.constant(0.5));
  const raised = m.floor(m.sub(x, m.constant(1.5)));
  const steps = m.select(below, m.constant(0), raised);
  const a = m.select(low, x, m.select(below, y, m.sub(m.sub(x, steps), m.constant(2))));
  let between = one;
  for (let j = 1; j <= 6; j++) {
    const factor = m.select(m.lessEqual(m.constant(j), steps), m.sub(x, m.constant(j)), one);
    between = j === 1 ? factor : m.mul(between, factor);
  }
  const square = m.mul(x, x);
  const part = { low: fastTwoSum(m, x, square), below: fastTwoSum(m, m.select(below, one, x), y) };
  const high = m.select(low, part.low.high, m.select(below, part.below.high, between));
  const rest = m.select(low, part.low.low, m.select(below, part.below.low, m.constant(0)));
  const l = logOfPair(m, t, { high, low: rest });
  const two = m.mul(a, polynomial(m, t.gamma.two, a));
  return m.select(below, m.sub(two, l), m.add(two, l));
}

/** lgamma(x) for x ≥ 8: x (log x − 1) as a pair, and the rest of Stirling's series. */
function farLogGamma<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const { gamma } = t;
  const large = m.less(m.constant(gamma.large), x);
  const l = preciseLog(m, t, x);
  const head = fastTwoSum(m, l.high, m.constant(-1));
  const less = normal(m, head.high, m.add(head.low, l.low));
  const size = m.select(large, m.mul(x, m.constant(gamma.shrink)), x);
  const product = twoProduct(m, t, size, less.high);
  const inverse = m.div(m.constant(1), x);
  const series = m.mul(inverse, polynomial(m, gamma.stirling, m.mul(inverse, inverse)));
  const rest = m.add(m.sub(m.constant(gamma.halfLogTwoPi), m.mul(l.high, m.constant(0.5))), series);
  const small = m.add(product.low, m.mul(size, less.low));
  const sum = fastTwoSum(m, product.high, m.select(large, m.constant(0), rest));
  const y = m.add(sum.high, m.add(sum.low, small));
  return m.mul(y, m.select(large, m.constant(gamma.grow), m.constant(1)));
}

/** log |Γ(x)|; ∞ at 0, −1, −2, … and at ±∞. Below 0 by Γ(x)·Γ(1 − x) = π/sin πx. */
export function lgamma<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const one = m.constant(1);
  const zero = m.constant(0);
  const negative = m.less(x, zero);
  const size = m.abs(x);
  const safe = within(m, size);
  const at = m.select(negative, m.add(safe, one), safe);
  const y = m.select(negative, safe, m.sub(safe, one));
  const [p] = m.branch(
    m.less(at, m.constant(8)),
    () => [nearLogGamma(m, t, at, y)],
    () => [farLogGamma(m, t, m.select(m.less(at, m.constant(8)), m.constant(8), at))], // others are not in its table
  ) as [V]; // one each
  const [found] = m.branch(
    m.not(negative),
    () => [p],
    () => {
      const sine = m.abs(sineOverPi(m, t, fromInteger(m, t, size)));
      const integer = m.equal(sine, zero);
      return [m.select(integer, m.constant(Number.POSITIVE_INFINITY), m.sub(m.neg(log(m, t, sine)), p))];
    },
  ) as [V]; // one each
  const pole = m.or(m.equal(x, zero), m.equal(size, m.constant(Number.POSITIVE_INFINITY)));
  return keepNaN(m, x, m.select(pole, m.constant(Number.POSITIVE_INFINITY), found));
}

/** ψ(x) for 0 < x < 8 or, where `raised`, ψ(1 + size): around the zero of ψ, and 1/x for each step away. */
function nearDigamma<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V, size: V, negative: C): V {
  const [zero, one] = [m.constant(0), m.constant(1)];
  const low = m.less(size, one);
  const steps = m.select(low, zero, m.floor(m.sub(x, one)));
  const u = m.select(low, size, m.sub(m.sub(x, steps), one));
  const away = m.sub(m.sub(u, m.constant(t.digamma.root[0])), m.constant(t.digamma.root[1]));
  let sum = zero;
  for (let j = 6; j >= 1; j--) {
    const term = m.select(m.lessEqual(m.constant(j), steps), m.div(one, m.sub(x, m.constant(j))), zero);
    sum = j === 6 ? term : m.add(sum, term);
  }
  const first = m.select(m.and(low, m.not(negative)), m.div(one, x), zero);
  return m.sub(m.add(sum, m.mul(away, polynomial(m, t.digamma.near, m.sub(u, m.constant(0.5))))), first);
}

/** ψ(x), the derivative of lgamma; ∓∞ at ±0, NaN at negative integers and −∞. */
export function digamma<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const [zero, one] = [m.constant(0), m.constant(1)];
  const infinity = m.constant(Number.POSITIVE_INFINITY);
  const negative = m.less(x, zero);
  const size = m.abs(x);
  const safe = within(m, size);
  const at = m.select(negative, m.add(safe, one), safe);
  const [p] = m.branch(
    m.less(at, m.constant(8)),
    () => [nearDigamma(m, t, at, safe, negative)],
    () => {
      const inverse = m.div(one, at);
      const tail = m.mul(inverse, polynomial(m, t.digamma.tail, m.mul(inverse, inverse)));
      return [m.sub(log(m, t, at), m.mul(inverse, m.add(m.constant(0.5), tail)))];
    },
  ) as [V]; // one each
  const [found] = m.branch(
    m.not(negative),
    () => [p],
    () => {
      const d = fromInteger(m, t, size);
      const cosine = sineOverPi(m, t, m.sub(m.constant(0.5), m.abs(d)));
      const cotangent = m.div(m.mul(cosine, m.constant(t.arc.pi[0])), sineOverPi(m, t, d));
      return [m.select(m.equal(d, zero), m.constant(Number.NaN), m.add(p, cotangent))];
    },
  ) as [V]; // one each
  const pole = m.select(m.equal(x, zero), m.neg(m.div(one, x)), found);
  return keepNaN(m, x, m.select(m.equal(x, infinity), infinity, pole));
}

/** (high + low)^p: the sum's last bits count p times. */
function pairPow<V, C>(m: Arithmetic<V, C>, t: SpecialTables, { high, low }: Pair<V>, p: V): V {
  const power = positivePow(m, t, high, p);
  return m.add(power, m.mul(power, m.mul(p, m.div(low, high))));
}

/** ζ(s, q) = Σ 1/(q + k)^s for s ≥ 2 and q > 0: some terms, and the rest by Euler and Maclaurin's formula. */
function hurwitz<V, C>(m: Arithmetic<V, C>, t: SpecialTables, s: V, q: Pair<V>): V {
  const { terms, bernoulli } = t.zeta;
  const power = m.neg(s);
  const at = (k: number): Pair<V> => {
    const sum = twoSum(m, q.high, m.constant(k));
    return { high: sum.high, low: m.add(sum.low, q.low) };
  };
  const end = at(terms);
  const inverse = m.div(m.constant(1), end.high);
  const square = m.mul(inverse, inverse);
  let series = m.constant(bernoulli[bernoulli.length - 1] as number); // not empty
  for (let j = bernoulli.length - 2; j >= 0; j--) {
    const rising = m.mul(m.add(s, m.constant(2 * j + 1)), m.add(s, m.constant(2 * j + 2)));
    series = m.add(m.constant(bernoulli[j] as number), m.mul(m.mul(rising, square), series)); // in range
  }
  const correction = m.mul(inverse, m.add(m.constant(0.5), m.mul(m.mul(s, inverse), series)));
  const whole = m.add(m.div(m.constant(1), m.sub(s, m.constant(1))), correction);
  const rest = m.mul(pairPow(m, t, end, m.add(power, m.constant(1))), whole);
  let sum = pairPow(m, t, at(terms - 1), power);
  for (let k = terms - 2; k >= 1; k--) sum = m.add(sum, pairPow(m, t, at(k), power));
  // What is large is added last: the rest where q is large, the first term where it is small.
  return m.add(m.add(sum, rest), pairPow(m, t, q, power));
}

/**
 * ψ⁽ⁿ⁾(x) = ±n!·ζ(n + 1, x) for n ≥ 1. Below 0 the terms from x up to 0 are those of ζ(n + 1, g) − ζ(n + 1, 1 − x) with
 * another sign, g = −x modulo 1.
 */
export function polygamma<V, C>(m: Arithmetic<V, C>, t: SpecialTables, n: V, x: V): V {
  const [zero, half, one, infinity] = [0, 0.5, 1, Number.POSITIVE_INFINITY].map((k) => m.constant(k)) as [V, V, V, V]; // four
  const { factorials } = t.zeta;
  const valid = m.and(m.lessEqual(one, n), m.lessEqual(n, m.constant(factorials.length - 1)));
  const order = m.select(valid, n, one);
  const s = m.add(order, one);
  const size = m.abs(x);
  const usual = m.and(m.less(zero, size), m.less(size, m.constant(t.gamma.integral)));
  const negative = m.and(m.less(x, zero), usual);
  const safe = m.select(m.and(m.less(zero, size), m.less(size, infinity)), size, one);
  const g = m.sub(safe, m.floor(safe));
  const whole = m.equal(g, zero);
  const pole = m.and(negative, whole);
  const inner = m.select(whole, half, g); // 0 has no logarithm in the table
  const first = hurwitz(m, t, s, choose(m, negative, fastTwoSum(m, one, m.neg(inner)), { high: safe, low: zero }));
  const halved = m.mul(order, half);
  const even = m.equal(m.floor(halved), halved);
  const [sum] = m.branch(
    m.not(negative),
    () => [first],
    () => {
      const turned = m.sub(hurwitz(m, t, s, { high: inner, low: zero }), hurwitz(m, t, s, twoSum(m, safe, one)));
      return [m.add(first, m.select(even, m.neg(turned), turned))];
    },
  ) as [V]; // one each
  const value = m.mul(m.lookup(factorials, order), sum);
  const atZero = m.select(m.equal(x, zero), infinity, m.select(m.equal(x, infinity), zero, value));
  const signed = m.select(even, m.neg(atZero), atZero);
  const beyond = m.or(pole, m.and(m.less(x, zero), m.not(usual)));
  const odd = m.select(
    even,
    m.constant(Number.NaN),
    m.select(m.less(m.constant(Number.NEGATIVE_INFINITY), x), infinity, m.constant(Number.NaN)),
  );
  const found = m.select(beyond, odd, signed);
  return keepNaN(m, x, m.select(valid, found, m.constant(Number.NaN)));
}

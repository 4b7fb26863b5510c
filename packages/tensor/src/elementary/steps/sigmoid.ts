import type { Arithmetic } from '../arithmetic.ts';
import { onePlus, reduceExp, reduceExpm1, scale } from './exponential.ts';
import { logOnePlus } from './logarithm.ts';
import { fastTwoSum, keepZero, type Pair, quotient, twoSum, withSignOf } from './pieces.ts';
import type { Tables } from './tables.ts';

/** |x|, at most `limit`; NaN stays NaN. */
function cappedSize<V, C>(m: Arithmetic<V, C>, x: V, limit: number): V {
  const size = m.abs(x);
  return m.select(m.less(m.constant(limit), size), m.constant(limit), size);
}

/** tanh|x| = (e^2|x| − 1)/(e^2|x| + 1), both divided by 2^n so that nothing overflows, and kept as pairs. */
export function tanh<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const twice = m.mul(cappedSize(m, x, t.exp.saturation), m.constant(2));
  const reduced = reduceExpm1(m, t, twice, fastTwoSum);
  const less = fastTwoSum(m, reduced.high, reduced.low);
  const more = twoSum(m, less.high, m.mul(reduced.unit, m.constant(2)));
  const y = quotient(m, less, { high: more.high, low: m.add(more.low, less.low) });
  return keepZero(m, x, withSignOf(m, x, y));
}

/** e^−|x| as a pair; the low part fades away as the high part becomes subnormal. */
function decay<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): Pair<V> {
  const reduced = reduceExp(m, t, m.neg(cappedSize(m, x, -t.exp.lowest)));
  const sum = onePlus(m, reduced);
  const [high, low] = scale(m, t, [sum.high, sum.low], reduced.n) as readonly [V, V]; // two in, two out
  return { high, low };
}

/** σ(x) = 1/(1 + e^−x) for x ≥ 0, e^x/(1 + e^x) below: small results keep all their bits. */
export function sigmoid<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const e = decay(m, t, x);
  const one = m.constant(1);
  const over = m.add(one, e.high);
  const lost = m.add(m.sub(e.high, m.sub(over, one)), e.low);
  const negative = m.less(x, m.constant(0));
  const high = m.select(negative, e.high, one);
  const low = m.select(negative, e.low, m.constant(0));
  return quotient(m, { high, low }, { high: over, low: lost });
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^−|x|). */
export function softplus<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  const e = decay(m, t, x);
  const linear = m.select(m.less(m.constant(0), x), x, m.constant(0));
  return m.add(linear, logOnePlus(m, t, e.high, e.low));
}

import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { expTail, scale } from '../../elementary/steps/exponential.ts';
import { atEnds, liftedBinade } from '../../elementary/steps/logarithm.ts';
import {
  clamp,
  fastTwoSum,
  keepZero,
  round as nearest,
  polynomial,
  twoProduct,
  twoSum,
  withSignOf,
} from '../../elementary/steps/pieces.ts';
import { normal, pairProduct } from './pairs.ts';
import type { Parts, SpecialTables } from './tables.ts';

/** 2^x: x = n + r, and e^(r·ln 2) with the product as a pair. */
export function exp2<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const inside = clamp(m, x, -1.25 * t.maxExponent, 1.25 * t.maxExponent);
  const n = nearest(m, t, inside);
  const part = m.sub(inside, n);
  const product = twoProduct(m, t, part, m.constant(t.ln2[0]));
  const r = normal(m, product.high, m.add(product.low, m.mul(part, m.constant(t.ln2[1]))));
  const sum = fastTwoSum(m, m.constant(1), r.high);
  const y = m.add(sum.high, m.add(sum.low, expTail(m, t, r.high, r.low)));
  return scale(m, t, [y], n)[0] as V; // one in, one out
}

/** k·scale + log(1 + f)/ln b, the logarithm and the product as pairs. */
function logTo<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V, inverse: Parts, base: Parts): V {
  const { s, k } = liftedBinade(m, t, x);
  const f = m.sub(s, m.constant(1));
  const ratio = m.div(f, m.add(f, m.constant(2)));
  const z = m.mul(ratio, ratio);
  const series = m.mul(z, polynomial(m, t.log.series, z));
  const square = twoProduct(m, t, f, m.mul(f, m.constant(0.5)));
  const head = fastTwoSum(m, f, m.neg(square.high));
  const rest = m.sub(m.mul(ratio, m.add(square.high, series)), square.low);
  const log = normal(m, head.high, m.add(head.low, rest));
  const product = pairProduct(m, t, log, { high: m.constant(inverse[0]), low: m.constant(inverse[1]) });
  const sum = twoSum(m, m.mul(k, m.constant(base[0])), product.high);
  const low = m.add(product.low, m.mul(k, m.constant(base[1])));
  return atEnds(m, x, m.add(sum.high, m.add(sum.low, low)));
}

export const log2 = <V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V => logTo(m, t, x, t.inverseLn2, [1, 0]);

export const log10 = <V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V =>
  logTo(m, t, x, t.inverseLn10, t.log10Of2);

/** ∛x: x = s·8^q, a polynomial for ∛s, steps of Halley, and a last one of Newton with the cube as a pair. */
export function cbrt<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const size = m.abs(x);
  const small = m.less(size, m.constant(t.log.smallest));
  const lifted = m.select(small, m.mul(size, m.constant(t.cbrt.lift)), size);
  const third = m.mul(m.add(m.exponent(lifted), m.constant(0.5)), m.constant(t.cbrt.third));
  const q = m.floor(third);
  const unit = m.pow2(m.neg(q));
  const s = m.mul(m.mul(m.mul(lifted, unit), unit), unit);
  let y = polynomial(m, t.cbrt.start, s);
  for (let i = 0; i < t.cbrt.rounds; i++) {
    const cube = m.mul(m.mul(y, y), y);
    y = m.mul(y, m.div(m.add(cube, m.add(s, s)), m.add(m.add(cube, cube), s)));
  }
  const square = twoProduct(m, t, y, y);
  const cube = twoProduct(m, t, square.high, y);
  const rest = m.sub(m.sub(m.sub(s, cube.high), cube.low), m.mul(square.low, y));
  const root = m.add(y, m.div(rest, m.mul(square.high, m.constant(3))));
  const back = m.sub(q, m.select(small, m.constant(t.cbrt.liftThird), m.constant(0)));
  const found = withSignOf(m, x, m.mul(root, m.pow2(back)));
  return m.select(m.less(size, m.constant(Number.POSITIVE_INFINITY)), keepZero(m, x, found), x); // x: ±∞ and NaN
}

/** 1/√x: −∞ at −0, as IEEE 754 has it. */
export function rsqrt<V, C>(m: Arithmetic<V, C>, _: SpecialTables, x: V): V {
  return m.div(m.constant(1), m.sqrt(x));
}

/** x without its fraction; −0 is kept. */
export function trunc<V, C>(m: Arithmetic<V, C>, _: SpecialTables, x: V): V {
  return keepZero(m, x, withSignOf(m, x, m.floor(m.abs(x))));
}

/** The nearest integer, ties to even; −0 is kept. */
export function round<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const size = m.abs(x);
  const whole = withSignOf(m, x, nearest(m, t, size));
  const moved = m.select(m.less(size, m.constant(t.gamma.integral)), whole, x); // x: integers, ±∞ and NaN
  return keepZero(m, x, moved);
}

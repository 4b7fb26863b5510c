import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { fastTwoSum, type Pair, twoProduct } from '../../elementary/steps/pieces.ts';
import type { Tables } from '../../elementary/steps/tables.ts';

/** a + low as a pair, |a| ≥ |low| or a = 0. */
export const normal = <V, C>(m: Arithmetic<V, C>, a: V, low: V): Pair<V> => fastTwoSum(m, a, low);

/** Lane by lane, one pair or the other. */
export const choose = <V, C>(m: Arithmetic<V, C>, c: C, a: Pair<V>, b: Pair<V>): Pair<V> => ({
  high: m.select(c, a.high, b.high),
  low: m.select(c, a.low, b.low),
});

/** a·b, the product of the low parts left out. */
export function pairProduct<V, C>(m: Arithmetic<V, C>, t: Tables, a: Pair<V>, b: Pair<V>): Pair<V> {
  const product = twoProduct(m, t, a.high, b.high);
  const cross = m.add(m.mul(a.high, b.low), m.mul(a.low, b.high));
  return normal(m, product.high, m.add(product.low, cross));
}

/** a/b: the quotient of the high parts, and what it leaves over b. */
export function pairQuotient<V, C>(m: Arithmetic<V, C>, t: Tables, a: Pair<V>, b: Pair<V>): Pair<V> {
  const q = m.div(a.high, b.high);
  const product = twoProduct(m, t, q, b.high);
  const rest = m.add(m.sub(m.sub(a.high, product.high), product.low), m.sub(a.low, m.mul(q, b.low)));
  return normal(m, q, m.div(rest, b.high));
}

/** √a for a ≥ 0, by one step of Newton from the root of the high part. */
export function pairRoot<V, C>(m: Arithmetic<V, C>, t: Tables, a: Pair<V>): Pair<V> {
  const root = m.sqrt(a.high);
  const product = twoProduct(m, t, root, root);
  const rest = m.add(m.sub(m.sub(a.high, product.high), product.low), a.low);
  const low = m.div(rest, m.add(root, root));
  return normal(m, root, m.select(m.less(m.constant(0), root), low, m.constant(0)));
}

/** Whether x is negative, −0 included. */
export const isNegative = <V, C>(m: Arithmetic<V, C>, x: V): C =>
  m.or(m.less(x, m.constant(0)), m.and(m.equal(x, m.constant(0)), m.less(m.div(m.constant(1), x), m.constant(0))));

/** `y`, but NaN where x is. */
export const keepNaN = <V, C>(m: Arithmetic<V, C>, x: V, y: V): V => m.select(m.equal(x, x), y, m.constant(Number.NaN));

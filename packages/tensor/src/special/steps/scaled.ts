import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { scale } from '../../elementary/steps/exponential.ts';
import { fastTwoSum, twoProduct } from '../../elementary/steps/pieces.ts';
import { normal, pairRoot } from './pairs.ts';
import type { SpecialTables } from './tables.ts';

/** big = a·2^n and small = b·2^n with a from 1 to 4, for 0 ≤ small ≤ big, big finite and not 0; b may be rounded if it is tiny. */
export function scaledTogether<V, C>(
  m: Arithmetic<V, C>,
  t: SpecialTables,
  big: V,
  small: V,
): { readonly a: V; readonly b: V; readonly n: V } {
  const low = m.less(big, m.constant(t.log.smallest));
  const lift = m.select(low, m.constant(t.log.lift), m.constant(1));
  const lifted = m.mul(big, lift);
  const most = m.constant(t.maxExponent - 1);
  const exponent = m.exponent(lifted);
  const n = m.select(m.less(most, exponent), most, exponent);
  const unit = m.pow2(m.neg(n));
  return {
    a: m.mul(lifted, unit),
    b: m.mul(m.mul(small, lift), unit),
    n: m.sub(n, m.select(low, m.constant(t.log.liftExponent), m.constant(0))),
  };
}

/** √(x² + y²) without overflow: the sum of the squares and its root as pairs. ∞ beside anything, NaN too. */
export function hypot<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V, y: V): V {
  const infinity = m.constant(Number.POSITIVE_INFINITY);
  const zero = m.constant(0);
  const [first, second] = [m.abs(x), m.abs(y)];
  const swap = m.less(first, second);
  const big = m.select(swap, second, first);
  const small = m.select(swap, first, second);
  const usual = m.and(m.less(zero, big), m.less(big, infinity));
  const { a, b, n } = scaledTogether(m, t, m.select(usual, big, m.constant(1)), m.select(usual, small, zero));
  const squares = [twoProduct(m, t, a, a), twoProduct(m, t, b, b)] as const;
  const sum = fastTwoSum(m, squares[0].high, squares[1].high);
  const low = m.add(sum.low, m.add(squares[0].low, squares[1].low));
  const root = pairRoot(m, t, normal(m, sum.high, low));
  const found = scale(m, t, [m.add(root.high, root.low)], n)[0] as V; // one in, one out
  const answered = m.select(usual, found, m.add(big, small)); // 0, ∞ or NaN
  const infinite = m.or(m.equal(first, infinity), m.equal(second, infinity));
  const known = m.select(m.and(m.equal(x, x), m.equal(y, y)), answered, m.constant(Number.NaN));
  return m.select(infinite, infinity, known);
}

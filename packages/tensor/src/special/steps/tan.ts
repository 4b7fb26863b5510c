import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { reduceCircle } from '../../elementary/steps/circle.ts';
import { keepZero, polynomial, quotient } from '../../elementary/steps/pieces.ts';
import { choose, normal } from './pairs.ts';
import type { SpecialTables } from './tables.ts';

/** tan x = sin r/cos r or −cos r/sin r, by the quadrant, both as pairs; for every finite x. */
export function tan<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const [n, r, low] = reduceCircle(m, t, x);
  const one = m.constant(1);
  const square = m.mul(r, r);
  const halfSquare = m.mul(square, m.constant(0.5));
  const cubic = m.mul(m.mul(square, r), polynomial(m, t.circle.sin, square));
  const sine = normal(m, r, m.add(cubic, m.mul(low, m.sub(one, halfSquare))));
  const head = m.sub(one, halfSquare);
  const lost = m.sub(m.sub(one, head), halfSquare);
  const quartic = m.mul(m.mul(square, square), polynomial(m, t.circle.cos, square));
  const cosine = normal(m, head, m.add(lost, m.sub(quartic, m.mul(r, low))));
  const half = m.mul(n, m.constant(0.5));
  const odd = m.not(m.equal(m.floor(half), half));
  const minus = { high: m.neg(cosine.high), low: m.neg(cosine.low) };
  const y = quotient(m, choose(m, odd, minus, sine), choose(m, odd, sine, cosine));
  const finite = m.less(m.abs(x), m.constant(Number.POSITIVE_INFINITY));
  return keepZero(m, x, m.select(finite, y, m.constant(Number.NaN)));
}

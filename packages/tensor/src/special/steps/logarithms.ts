import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { log } from '../../elementary/steps/logarithm.ts';
import { softplus } from '../../elementary/steps/sigmoid.ts';
import { keepNaN } from './pairs.ts';
import type { SpecialTables } from './tables.ts';

/** log(e^x + e^y): the larger, and what the smaller adds. */
export function logaddexp<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V, y: V): V {
  const infinity = m.constant(Number.POSITIVE_INFINITY);
  const high = m.select(m.less(x, y), y, x);
  const apart = m.abs(m.sub(x, y));
  const alone = m.equal(m.abs(high), infinity); // ∞ − ∞ tells nothing
  const added = m.add(high, softplus(m, t, m.neg(m.select(alone, infinity, apart))));
  return keepNaN(m, y, keepNaN(m, x, added));
}

/** x log y; 0 where x = 0, unless y is NaN. */
export function xlogy<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V, y: V): V {
  const zero = m.constant(0);
  return keepNaN(m, y, m.select(m.equal(x, zero), zero, m.mul(x, log(m, t, y))));
}

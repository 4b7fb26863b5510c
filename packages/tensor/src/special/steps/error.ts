import type { Arithmetic } from '../../elementary/arithmetic.ts';
import { onePlus, reduceExp, scale } from '../../elementary/steps/exponential.ts';
import { log } from '../../elementary/steps/logarithm.ts';
import {
  clamp,
  fastTwoSum,
  keepZero,
  polynomial,
  quotient,
  twoProduct,
  twoSum,
  withSignOf,
} from '../../elementary/steps/pieces.ts';
import { keepNaN } from './pairs.ts';
import type { SpecialTables } from './tables.ts';

/** erf(x)/x − 1 for |x| ≤ 1: never larger than 0.16, so that x itself leads. */
const excess = <V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V => polynomial(m, t.erf.near, m.mul(x, x));

/**
 * erfc(x) for x ≥ ½: e^−x² with the square as a pair, times a polynomial in (x − middle)/(x + middle), over 1 + 2x
 * (Shepherd and Laframboise, 1981).
 */
function complement<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const size = clamp(m, x, 0.5, t.erf.limit);
  const square = twoProduct(m, t, size, size);
  const power = clamp(m, m.neg(square.high), t.exp.lowest, 0);
  const reduced = reduceExp(m, t, power, m.neg(square.low));
  const exponential = onePlus(m, reduced);
  const middle = m.constant(t.erf.middle);
  const factor = polynomial(m, t.erf.far, m.div(m.sub(size, middle), m.add(size, middle)));
  const product = twoProduct(m, t, factor, exponential.high);
  const above = { high: product.high, low: m.add(product.low, m.mul(factor, exponential.low)) };
  const y = quotient(m, above, twoSum(m, m.constant(1), m.add(size, size)));
  return scale(m, t, [y], reduced.n)[0] as V; // one in, one out
}

/** The error function. */
export function erf<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const one = m.constant(1);
  const size = m.abs(x);
  const [y] = m.branch(
    m.less(size, one),
    () => [m.add(size, m.mul(size, excess(m, t, size)))],
    () => [m.sub(one, complement(m, t, size))],
  ) as [V]; // one each
  return keepNaN(m, x, keepZero(m, x, withSignOf(m, x, y)));
}

/** 1 − erf x, small results in full precision. */
export function erfc<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const size = m.abs(x);
  const [y] = m.branch(
    m.less(size, m.constant(0.5)),
    () => {
      const head = fastTwoSum(m, m.constant(1), m.neg(x));
      return [m.add(head.high, m.sub(head.low, m.mul(x, excess(m, t, x))))];
    },
    () => {
      const tail = complement(m, t, size);
      return [m.select(m.less(x, m.constant(0)), m.sub(m.constant(2), tail), tail)];
    },
  ) as [V]; // one each
  return keepNaN(m, x, y);
}

/** The inverse of erf, by polynomials in w = −log(1 − x²) or √w (after Giles, 2010); ±∞ at ±1, NaN beyond. */
export function erfinv<V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V): V {
  const one = m.constant(1);
  const size = m.abs(x);
  const inside = m.less(size, one);
  const safe = m.select(inside, size, m.constant(0));
  const w = m.neg(log(m, t, m.mul(m.sub(one, safe), m.add(one, safe))));
  const [ratio] = m.branch(
    m.less(w, m.constant(6.25)),
    () => [polynomial(m, t.erfinv.central, m.sub(w, m.constant(3.125)))],
    () => {
      const root = m.sqrt(w);
      const tail = polynomial(m, t.erfinv.tail, m.sub(root, m.constant(3.25)));
      const far = polynomial(m, t.erfinv.far, m.sub(root, m.constant(5)));
      return [m.select(m.less(root, m.constant(4)), tail, far)];
    },
  ) as [V]; // one each
  const y = m.add(safe, m.mul(safe, ratio));
  const edge = m.select(m.equal(size, one), m.constant(Number.POSITIVE_INFINITY), m.constant(Number.NaN));
  return keepZero(m, x, withSignOf(m, x, m.select(inside, y, edge)));
}

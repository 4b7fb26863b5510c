import type { Arithmetic } from '../arithmetic.ts';
import { keepZero, polynomial } from './pieces.ts';
import { reduceFar, reduceNear } from './reduction.ts';
import type { Tables } from './tables.ts';

/** sin(x + low) on |x| ≤ π/4. */
function sinNear<V, C>(m: Arithmetic<V, C>, t: Tables, x: V, low: V, square: V, halfSquare: V): V {
  const cubic = m.mul(m.mul(square, x), polynomial(m, t.circle.sin, square));
  const correction = m.mul(low, m.sub(m.constant(1), halfSquare));
  return m.add(x, m.add(cubic, correction));
}

/** cos(x + low) on |x| ≤ π/4. */
function cosNear<V, C>(m: Arithmetic<V, C>, t: Tables, x: V, low: V, square: V, halfSquare: V): V {
  const head = m.sub(m.constant(1), halfSquare);
  const lost = m.sub(m.sub(m.constant(1), head), halfSquare);
  const quartic = m.mul(m.mul(square, square), polynomial(m, t.circle.cos, square));
  return m.add(head, m.add(lost, m.sub(quartic, m.mul(x, low))));
}

/** [n, r, low] with x = n·π/2 + r + low; n counts modulo 4. */
export function reduceCircle<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): readonly [V, V, V] {
  const near = m.lessEqual(m.abs(x), m.constant(t.circle.nearLimit));
  const reduced = m.branch(
    near,
    () => reduceNear(m, t, x),
    () => reduceFar(m, t, x),
  );
  return reduced as readonly [V, V, V]; // both reductions return three values
}

/** sin(x + turn·π/2). x = n·π/2 + r; the quadrant n + turn mod 4 decides between ±sin r and ±cos r. */
function circular<V, C>(m: Arithmetic<V, C>, t: Tables, x: V, turn: 0 | 1): V {
  const [n, r, low] = reduceCircle(m, t, x);
  const square = m.mul(r, r);
  const halfSquare = m.mul(square, m.constant(0.5));
  const quadrant = turn === 0 ? n : m.add(n, m.constant(turn));
  const half = m.mul(quadrant, m.constant(0.5));
  const odd = m.not(m.equal(m.floor(half), half));
  const quarter = m.floor(m.mul(quadrant, m.constant(0.25)));
  const lower = m.lessEqual(m.constant(2), m.sub(quadrant, m.mul(quarter, m.constant(4))));
  const y = m.select(odd, cosNear(m, t, r, low, square, halfSquare), sinNear(m, t, r, low, square, halfSquare));
  const signed = m.select(lower, m.neg(y), y);
  return m.select(m.less(m.abs(x), m.constant(Number.POSITIVE_INFINITY)), signed, m.constant(Number.NaN));
}

/** sin x for every finite x; NaN at infinity. */
export function sin<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  return keepZero(m, x, circular(m, t, x, 0));
}

/** cos x for every finite x; NaN at infinity. */
export function cos<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V {
  return circular(m, t, x, 1);
}

import type { Arithmetic } from '../arithmetic.ts';
import { fastTwoSum, type Pair, round, twoProduct, twoSum, withSignOf } from './pieces.ts';
import type { Tables } from './tables.ts';

/**
 * [n, r, low] with x = n·π/2 + r + low for |x| ≤ nearLimit (Cody and Waite, four parts of π/2). n times each of the first
 * three parts is exact, and so is the first difference; the sums keep what they lose.
 */
export function reduceNear<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): readonly V[] {
  const [first, second, third, fourth] = t.circle.halfPiParts.map((part) => m.constant(-part)) as [V, V, V, V]; // four
  const n = round(m, t, m.mul(x, m.constant(t.circle.twoOverPi)));
  const a = twoSum(m, m.add(x, m.mul(n, first)), m.mul(n, second));
  const b = twoSum(m, a.high, m.mul(n, third));
  const rest = m.add(m.add(a.low, b.low), m.mul(n, fourth));
  const r = fastTwoSum(m, b.high, rest);
  return [n, r.high, r.low];
}

/**
 * The same for |x| > nearLimit, after Payne and Hanek (1983): x and 2/π are written in base 2^chunk and multiplied digit by
 * digit, leaving out the products that are multiples of 8. Every product and every column sum is an integer below 2^p.
 */
export function reduceFar<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): readonly V[] {
  const columns = productColumns(m, t, x);
  const { quadrant, fraction } = splitQuarters(m, t, columns);
  const head = twoProduct(m, t, fraction.high, m.constant(t.circle.halfPiHigh));
  const tail = m.add(
    m.mul(fraction.high, m.constant(t.circle.halfPiLow)),
    m.mul(fraction.low, m.constant(t.circle.halfPiHigh)),
  );
  const r = fastTwoSum(m, head.high, m.add(head.low, tail));
  return [quadrant, r.high, r.low].map((v) => withSignOf(m, x, v));
}

/** Column i of |x|·2/π has weight 2^(−chunk·i). */
function productColumns<V, C>(m: Arithmetic<V, C>, t: Tables, x: V): V[] {
  const { chunk, columns, digits, inverseChunk, leastExponent, nearLimit } = t.circle;
  const size = m.abs(x);
  const far = m.and(m.less(m.constant(nearLimit), size), m.less(size, m.constant(Number.POSITIVE_INFINITY)));
  const safe = m.select(far, size, m.constant(nearLimit)); // so that the table is never left
  const shifted = m.sub(m.exponent(safe), m.constant(leastExponent));
  const place = m.floor(m.mul(m.add(shifted, m.constant(0.5)), m.constant(inverseChunk))); // ½: 1/chunk is rounded
  const base = m.constant(t.circle.base);
  const scaled = m.mul(safe, m.pow2(m.mul(place, m.constant(-chunk))));
  const high = m.floor(scaled);
  const rest = m.mul(m.sub(scaled, high), base);
  const middle = m.floor(rest);
  const low = m.mul(m.sub(rest, middle), base);
  const digit = Array.from({ length: columns + 2 }, (_, i) => m.lookup(digits, m.add(place, m.constant(i))));
  const at = (i: number): V => digit[i] as V; // i < columns + 2
  return Array.from({ length: columns }, (_, i) =>
    m.add(m.add(m.mul(high, at(i + 2)), m.mul(middle, at(i + 1))), m.mul(low, at(i))),
  );
}

/** The columns as quadrant (mod 4) + fraction, the fraction in [−½, ½]. */
function splitQuarters<V, C>(m: Arithmetic<V, C>, t: Tables, columns: V[]): { quadrant: V; fraction: Pair<V> } {
  const base = m.constant(t.circle.base);
  const unit = m.constant(t.circle.unit);
  const digits: V[] = [];
  let sum = columns[columns.length - 1] as V; // at least two columns
  for (let i = columns.length - 1; i > 0; i--) {
    const carry = m.floor(m.mul(sum, unit));
    digits[i] = m.sub(sum, m.mul(carry, base));
    sum = m.add(columns[i - 1] as V, carry); // i > 0
  }
  const upper = m.lessEqual(m.constant(t.circle.base / 2), digits[1] as V); // a fraction ≥ ½ counts from the next integer
  digits[1] = m.select(upper, m.sub(digits[1] as V, base), digits[1] as V); // set by the loop
  const whole = m.add(sum, m.select(upper, m.constant(1), m.constant(0)));
  const quadrant = m.sub(whole, m.mul(m.floor(m.mul(whole, m.constant(0.25))), m.constant(4)));
  return { quadrant, fraction: sumDigits(m, t, digits.slice(1)) };
}

/** Σ digits[i]·unit^(i+1), two digits at a time (exact), the first of which may be negative. */
function sumDigits<V, C>(m: Arithmetic<V, C>, t: Tables, digits: V[]): Pair<V> {
  let weight = 1;
  const weighted = digits.map((digit) => {
    weight *= t.circle.unit; // a power of two
    return m.mul(digit, m.constant(weight));
  });
  const twos: V[] = [];
  for (let i = 0; i < weighted.length; i += 2) {
    const next = weighted[i + 1];
    twos.push(next === undefined ? (weighted[i] as V) : m.add(weighted[i] as V, next)); // i < length
  }
  const [first, second, ...others] = twos as [V, V, ...V[]]; // seven or eight digits
  const head = twoSum(m, first, second);
  return fastTwoSum(
    m,
    head.high,
    others.reduce((sum, v) => m.add(sum, v), head.low),
  );
}

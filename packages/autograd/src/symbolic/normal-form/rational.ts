/** An exact fraction: in lowest terms, its denominator positive. Coefficients are exact, so that no proof rests on rounding. */
export interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** a / b, in lowest terms. */
export function ratio(a: bigint, b = 1n): Rational {
  const common = gcd(a, b);
  const sign = b < 0n ? -1n : 1n;
  return common === 0n ? ZERO : { over: (sign * a) / common, under: (sign * b) / common };
}

export const ZERO: Rational = { over: 0n, under: 1n };
export const ONE: Rational = { over: 1n, under: 1n };
export const MINUS_ONE: Rational = { over: -1n, under: 1n };
export const HALF: Rational = { over: 1n, under: 2n };

/** A finite number, exactly: 0.1 is the fraction that the float is, not a tenth. */
export function exactly(x: number): Rational {
  let under = 1n;
  let value = x;
  while (!Number.isInteger(value)) {
    value *= 2;
    under *= 2n;
  }
  return ratio(BigInt(value), under);
}

const isOne = ({ over, under }: Rational): boolean => over === 1n && under === 1n;
export const plus = (a: Rational, b: Rational): Rational =>
  a.under === 1n && b.under === 1n
    ? { over: a.over + b.over, under: 1n }
    : ratio(a.over * b.under + b.over * a.under, a.under * b.under);
export const times = (a: Rational, b: Rational): Rational =>
  isOne(a) ? b : isOne(b) ? a : ratio(a.over * b.over, a.under * b.under);
export const negative = (a: Rational): Rational => ({ over: -a.over, under: a.under });
/** 1 / a, for a ≠ 0. */
export const reciprocal = (a: Rational): Rational => ratio(a.under, a.over);
export const isZero = (a: Rational): boolean => a.over === 0n;
export const isWhole = (a: Rational): boolean => a.under === 1n;
export const signOf = (a: Rational): number => (a.over > 0n ? 1 : a.over < 0n ? -1 : 0);
export const absolute = (a: Rational): Rational => (a.over < 0n ? negative(a) : a);
export const sameRatio = (a: Rational, b: Rational): boolean => a.over === b.over && a.under === b.under;

/** As a whole number, a short decimal where it is one exactly, or a fraction. */
export function ratioText({ over, under }: Rational): string {
  if (under === 1n) return `${over}`;
  const decimal = `${Number(over) / Number(under)}`;
  const isPowerOfTwo = (under & (under - 1n)) === 0n;
  return isPowerOfTwo && decimal.length <= 8 && !decimal.includes('e') ? decimal : `${over}/${under}`;
}

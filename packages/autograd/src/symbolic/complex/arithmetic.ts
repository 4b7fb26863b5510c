import { kernels } from '@throughline/tensor';

/** a + ib, as two numbers. */
export type Complex = readonly [re: number, im: number];

const { unaryScalars: real, binaryScalars: real2 } = kernels;
const { exp, expm1, log, log1p, sin, cos } = {
  exp: real.exp.float64,
  expm1: real.expm1.float64,
  log: real.log.float64,
  log1p: real.log1p.float64,
  sin: real.sin.float64,
  cos: real.cos.float64,
};

/** A part that is exactly 0 is no part at all: 0 · ∞ would be NaN where the real function is not. */
const times = (a: number, part: number): number => (part === 0 ? 0 : a * part);

export const add = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
export const sub = ([a, b]: Complex, [c, d]: Complex): Complex => [a - c, b - d];
export const neg = ([a, b]: Complex): Complex => [-a, -b];
export const mul = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - times(b, d), times(a, d) + times(c, b)];

/** (a + ib) / (c + id) = (a + b r + i (b − a r)) / (c + d r) with r = d / c, for |d| ≤ |c| (Smith, 1962). */
export function div([a, b]: Complex, [c, d]: Complex): Complex {
  if (d === 0) return [a / c, b === 0 ? 0 : b / c];
  if (Math.abs(d) <= Math.abs(c)) {
    const r = d / c;
    const below = c + d * r;
    return [(a + times(r, b)) / below, (b - a * r) / below];
  }
  const r = c / d;
  const below = c * r + d;
  return c === 0 ? [a / c, Number.NaN] : [(a * r + b) / below, (b * r - a) / below];
}

/** The angle of x + iy for x > 0, in full precision: tan θ is halved four times over, then the series of arctan. */
export function angle(y: number, x: number): number {
  let tangent = y / x;
  for (let n = 0; n < 4; n++) tangent /= 1 + Math.sqrt(1 + tangent * tangent);
  const square = tangent * tangent;
  let series = 0;
  for (let k = 21; k >= 1; k -= 2) series = 1 / k - square * series;
  return 16 * tangent * series;
}

/** e^(a + ib) = e^a (cos b + i sin b). */
export const expOf = ([a, b]: Complex): Complex => [exp(a) * cos(b), times(exp(a), sin(b))];

/** e^z − 1; its real part is (e^a − 1) cos b − 2 sin² b/2. */
export function expm1Of([a, b]: Complex): Complex {
  const half = sin(b / 2);
  return [expm1(a) * cos(b) - 2 * half * half, times(exp(a), sin(b))];
}

/** ln |z| + i arg z where the real logarithm exists: a > 0. */
export const logOf = ([a, b]: Complex): Complex =>
  a > 0 ? [log(a) + 0.5 * log1p((b / a) * (b / a)), angle(b, a)] : [log(a), b === 0 ? 0 : Number.NaN];

/** ln (1 + z), where 1 + a > 0. */
export function log1pOf([a, b]: Complex): Complex {
  const r = b / (1 + a);
  return a > -1 ? [log1p(a) + 0.5 * log1p(r * r), angle(b, 1 + a)] : [log1p(a), b === 0 ? 0 : Number.NaN];
}

const sinh = (x: number): number => {
  const e = expm1(x);
  return (e + e / (1 + e)) / 2;
};
const cosh = (x: number): number => 1 + 2 * sinh(x / 2) * sinh(x / 2);

/** sin a cosh b + i cos a sinh b. */
export const sinOf = ([a, b]: Complex): Complex => [sin(a) * cosh(b), times(cos(a), sinh(b))];
/** cos a cosh b − i sin a sinh b. */
export const cosOf = ([a, b]: Complex): Complex => [cos(a) * cosh(b), -times(sin(a), sinh(b))];

/** (sinh 2a + i sin 2b) / (cosh 2a + cos 2b), above and below times 2 e^(−2|a|), which keeps it finite. */
export function tanhOf([a, b]: Complex): Complex {
  const e = exp(-2 * Math.abs(a));
  const below = 1 + e * e + 2 * e * cos(2 * b);
  return [(Math.sign(a) * -expm1(-4 * Math.abs(a))) / below, (2 * e * sin(2 * b)) / below];
}

/** 1 / (1 + e^−z), written with w = e^(−|a|) so that nothing overflows. */
export function sigmoidOf([a, b]: Complex): Complex {
  const w = exp(-Math.abs(a));
  const below = 1 + 2 * w * cos(b) + w * w;
  const small = w * cos(b);
  return [(a < 0 ? small + w * w : 1 + small) / below, (w * sin(b)) / below];
}

/** ln (1 + e^z) = max(z, 0) + ln (1 + e^∓z), by the sign of a. */
export function softplusOf([a, b]: Complex): Complex {
  const w = exp(-Math.abs(a));
  const re = Math.max(a, 0) + 0.5 * log1p(2 * w * cos(b) + w * w);
  const rest = angle(w * sin(b), 1 + w * cos(b));
  return [re, a > 0 ? b - rest : rest];
}

/** The root with a positive real part, where the real one exists: √((|z| + a) / 2) + i b / 2√…. */
export function sqrtOf([a, b]: Complex): Complex {
  if (b === 0 || !(a > 0)) return [Math.sqrt(a), b === 0 ? 0 : Number.NaN];
  const r = b / a;
  const re = Math.sqrt(a) * Math.sqrt((1 + Math.sqrt(1 + r * r)) / 2);
  return [re, b / (2 * re)];
}

/** z^w = |z|^c e^(−dθ) at the angle cθ + d ln |z|, for z = |z| at θ and w = c + id; a power of 0 or less is real only. */
export function powOf([a, b]: Complex, [c, d]: Complex): Complex {
  const re = real2.pow.float64(a, c);
  if (b === 0 && d === 0) return [re, 0];
  if (!(a > 0)) return [re, d === 0 ? negativePower(a, b, c) : Number.NaN];
  const theta = angle(b, a);
  const size = log(a) + 0.5 * log1p((b / a) * (b / a));
  const modulus = re * exp(0.5 * c * log1p((b / a) * (b / a)) - d * theta);
  const turn = c * theta + times(size, d);
  return [modulus * cos(turn), modulus * sin(turn)];
}

/** The imaginary part of (a + ib)^n for a ≤ 0 and whole n: by (−1)^n (−z)^n; of 0 to first order in b. */
function negativePower(a: number, b: number, n: number): number {
  if (n === 0) return 0;
  if (a === 0) return n === 1 ? b : n > 1 ? 0 : Number.NaN;
  if (Math.floor(n) !== n) return Number.NaN;
  const [, im] = powOf([-a, -b], [n, 0]);
  return real2.remainder.float64(n, 2) === 0 ? im : -im;
}

import { float64 } from '../index.ts';

/** Points at which the elementary functions are tested and measured: seeded, the same on every engine. */

export type Precision = 'float64' | 'float32';

/** Integers below 2^32, a small mixing generator (splitmix32 form), good enough to scatter points. */
export function integers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

export interface Scatter {
  readonly next: () => number;
  /** Rounds to the precision. */
  readonly fit: (x: number) => number;
  /** Any finite bit pattern. */
  readonly bits: () => number;
  readonly single: boolean;
}

export function scatter(precision: Precision, seed: number): Scatter {
  const next = integers(seed);
  const words = new Uint32Array(2);
  const double = new Float64Array(words.buffer);
  const float = new Float32Array(words.buffer);
  const single = precision === 'float32';
  const bits = (): number => {
    words[0] = next();
    words[1] = next();
    const x = (single ? float[0] : double[0]) as number; // length 1 and 2
    return Number.isFinite(x) ? x : bits();
  };
  return { next, bits, single, fit: single ? Math.fround : (x) => x };
}

const unit = (s: Scatter): number => (s.next() + s.next() / 0x100000000) / 0x100000000;
export const between = (s: Scatter, low: number, high: number): number => s.fit(low + (high - low) * unit(s));
export const signed = (s: Scatter, x: number): number => (s.next() & 1 ? -x : x);

/** 2^e·u with e evenly spread. */
export function spread(s: Scatter, lowest: number, highest: number): number {
  const e = lowest + (s.next() % (highest - lowest + 1));
  let x = 1 + unit(s);
  for (let i = 0; i < Math.abs(e); i++) x *= e < 0 ? 0.5 : 2;
  return s.fit(x);
}

/** A few ulps around x. */
export const around = (s: Scatter, x: number): number => {
  const ulp = s.single ? 2.384185791015625e-7 : 4.440892098500626e-16;
  return s.fit(x * (1 + ((s.next() % 65) - 32) * ulp * 0.25));
};

/** Where the exponential family changes over: 0, the ends of the range, multiples of ½ ln 2, saturation. */
export function exponentialPoint(s: Scatter, i: number): number {
  const top = s.single ? 90 : 711;
  switch (i % 8) {
    case 0:
      return between(s, -1, 1);
    case 1:
      return between(s, -5, 5);
    case 2:
      return between(s, -45, 45);
    case 3:
      return between(s, -top, top);
    case 4:
      return between(s, s.single ? -104 : -746, s.single ? -86 : -707); // subnormal results
    case 5:
      return around(s, ((s.next() % 401) - 200) * 0.34657359027997264);
    case 6:
      return signed(s, spread(s, s.single ? -149 : -1074, s.single ? 6 : 9));
    default:
      return s.next() & 1 ? s.bits() : between(s, -0.36, 0.36);
  }
}

/** Everything positive (log) or above −1 (log1p), mostly near the zeros and the seams at √½·2^k. */
export function logarithmPoint(s: Scatter, i: number, zero: 0 | 1): number {
  const seam = Math.sqrt(2) * (s.next() & 1 ? 1 : 0.5);
  switch (i % 6) {
    case 0:
      return s.fit(between(s, 0.5, 2) - 1 + zero);
    case 1:
      return s.fit(signed(s, spread(s, s.single ? -24 : -53, -1)) + zero);
    case 2:
      return zero === 1 ? Math.abs(s.bits()) : signed(s, spread(s, s.single ? -149 : -1074, -1));
    case 3:
      return around(s, seam - 1 + zero);
    case 4:
      return between(s, zero === 1 ? 0 : -1, 100);
    default:
      return zero === 1 ? spread(s, s.single ? -149 : -1074, s.single ? -127 : -1023) : Math.abs(s.bits());
  }
}

/** Every size, mostly near multiples of π/2, where sin or cos is tiny. */
export function circlePoint(s: Scatter, i: number): number {
  const halfPi = 1.5707963267948966;
  switch (i % 6) {
    case 0:
      return between(s, -0.8, 0.8);
    case 1:
      return between(s, -10, 10);
    case 2:
      return around(s, signed(s, (s.next() % 1000) * halfPi));
    case 3:
      return around(s, signed(s, (s.next() % 900000) * halfPi));
    case 4:
      return signed(s, spread(s, s.single ? -149 : -1074, s.single ? 30 : 60));
    default:
      return s.bits();
  }
}

/** x, then y, chosen so that most results are finite, many of them close to an end of the range. */
function powPoint(s: Scatter, i: number): readonly [number, number] {
  const range = s.single ? 104 : 745;
  const near = s.fit(1 + signed(s, spread(s, s.single ? -23 : -52, -2)));
  switch (i % 6) {
    case 0:
      return [between(s, 0.1, 10), between(s, -20, 20)];
    case 1:
      return [near, s.fit(between(s, -range, range) / (near - 1))];
    case 2: {
      const x = spread(s, s.single ? -149 : -1074, s.single ? 126 : 1022);
      return [x, s.fit(between(s, -range, range) / Math.max(1, Math.abs(float64.log(x))))];
    }
    case 3:
      return [-between(s, 0, 50), (s.next() % 61) - 30];
    case 4:
      return [between(s, 0.7, 1.45), signed(s, spread(s, -10, s.single ? 6 : 9))];
    default:
      return [Math.abs(s.bits()), s.next() & 1 ? s.bits() : 0.5];
  }
}

/** The worst float64 for π/2: closest to a multiple of it in relative terms. */
const closest = [5.319372648326541e255, 2.403932059614247e81, 8.98846567431158e307, 1048576, 1048576.0000000002];

export function extremes(precision: Precision): number[] {
  const double = [5e-324, 2.225073858507201e-308, 2.2250738585072014e-308, 1.7976931348623157e308, ...closest];
  const single = [1.401298464324817e-45, 1.1754942106924411e-38, 1.1754943508222875e-38, 3.4028234663852886e38, 256];
  const sizes = [0, 0.5, 1, 2, 3, 10, 20, 21, 22, 40, 88.5, 103.9, 709.5, 745.1, Number.POSITIVE_INFINITY];
  const fit = precision === 'float32' ? Math.fround : (x: number) => x;
  const all = [...sizes, ...(precision === 'float32' ? single : double)].map(fit);
  return [Number.NaN, ...all, ...all.map((x) => -x)];
}

/** `count` values of x (for pow: `count` pairs, x and y in turn), the extremes first. */
export function samples(precision: Precision, name: string, count: number, seed = 1): Float64Array {
  const s = scatter(precision, seed);
  const ends = extremes(precision);
  if (name === 'pow') {
    const pairs = ends.flatMap((x) => ends.map((y) => [x, y] as const));
    const out = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) out.set(pairs[i] ?? powPoint(s, i), 2 * i);
    return out;
  }
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = ends[i] ?? point(s, name, i);
  return out;
}

function point(s: Scatter, name: string, i: number): number {
  if (name === 'sin' || name === 'cos') return circlePoint(s, i);
  if (name === 'log') return logarithmPoint(s, i, 1);
  if (name === 'log1p') return logarithmPoint(s, i, 0);
  return exponentialPoint(s, i);
}

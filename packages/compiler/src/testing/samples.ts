import type { DType } from '@throughline/tensor';

/** A stream of int32 from a seed. */
export function bitsFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9) | 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5;
    state ^= state >>> 13;
    return Math.imul(state, 0xc2b2ae35) ^ (state >>> 16);
  };
}

const special = {
  float: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2,
    -3,
    7,
    1e-3,
    88.8,
    -104,
    710,
    -746,
    1e9,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ],
  extreme: [
    Number.NEGATIVE_INFINITY,
    5e-324,
    -5e-324,
    1e-45,
    1.1754943508222875e-38,
    2.2250738585072014e-308,
    1e308,
    3e38,
  ],
  int: [0, 1, -1, 2, -3, 7, 100, 2147483647, -2147483648, -2147483647, 65536],
};

/** Numbers of a dtype: specials beside all sorts, random bit patterns, and ordinary values. */
export function samples(dtype: DType, size: number, seed = 0): Float64Array {
  const bits = bitsFrom(seed);
  const word = new Int32Array(2);
  const single = new Float32Array(word.buffer);
  const double = new Float64Array(word.buffer);
  const floats = [...special.float, ...special.extreme];
  const next = (i: number): number => {
    word[0] = bits();
    word[1] = bits();
    const ordinary = ((word[0] / 2147483648) * 10) as number;
    const kind = (bits() >>> 8) % 4;
    const pick = (list: readonly number[]): number => list[(bits() >>> 4) % list.length] ?? 0;
    if (dtype === 'bool') return bits() & 1;
    if (dtype === 'int32') return kind === 0 ? pick(special.int) : kind === 1 ? word[0] : word[0] >> (i % 31);
    if (kind === 0) return pick(floats);
    if (kind === 1) return ordinary;
    if (kind === 2) return (ordinary * (1 << ((word[1] >>> 3) % 31))) / 65536;
    return dtype === 'float32' ? (single[0] ?? 0) : (double[0] ?? 0);
  };
  const values = Float64Array.from({ length: size }, (_, i) => next(i));
  return dtype === 'float32' ? Float64Array.from(values, Math.fround) : values;
}

/** Where two lists first differ: −0 is not 0, and all NaNs are one; −1 when they do not. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

/** Numbers of a dtype that add up to something: no NaN, no infinity. */
export function ordinary(dtype: DType, size: number, seed = 0): Float64Array {
  const bits = bitsFrom(seed);
  const one = (): number => {
    const x = bits();
    if (dtype === 'bool') return x & 1;
    return dtype === 'int32' ? x : x / 1073741824;
  };
  const values = Float64Array.from({ length: size }, one);
  return dtype === 'float32' ? Float64Array.from(values, Math.fround) : values;
}

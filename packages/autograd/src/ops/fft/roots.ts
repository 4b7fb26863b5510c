import { type DType, dtypes, fromStorage, kernels, type Shape } from '@throughline/tensor';
import type { Complex } from './record.ts';

/** Complex constants, outside any tape: they are remembered, and a tape's values must not outlive it. */
export interface Points {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const halfPi = 1.5707963267948966;

/**
 * e^(−2πi·turn/n) for integers turn ≥ 0. The angle is taken from the nearest quarter of a turn, so that it is at most π/4,
 * and ±1 and ±i are exact; sine and cosine are ours, so the bits are the same everywhere.
 */
export function roots(turns: Float64Array, n: number): Points {
  const quarters = turns.map((turn) => Math.floor((8 * (turn % n) + n) / (2 * n)));
  const angles = turns.map((turn, i) => ((4 * (turn % n) - (quarters[i] ?? 0) * n) / n) * halfPi);
  const all = fromStorage(angles, 'float64', [turns.length]);
  const [cos, sin] = [kernels.cos(all).storage, kernels.sin(all).storage];
  const [re, im] = [new Float64Array(turns.length), new Float64Array(turns.length)];
  for (let i = 0; i < turns.length; i++) {
    const [c, s] = [cos[i] ?? 0, sin[i] ?? 0];
    const quarter = (quarters[i] ?? 0) % 4;
    re[i] = 0 + (quarter === 0 ? c : quarter === 1 ? -s : quarter === 2 ? -c : s);
    im[i] = 0 - (quarter === 0 ? s : quarter === 1 ? c : quarter === 2 ? -s : -c);
  }
  return { re, im };
}

/** 0, 1, …, count − 1, each through f. */
export const integers = (count: number, f: (k: number) => number = (k) => k): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => f(k));

/** Points as tensors. */
export function tensorsOf({ re, im }: Points, dtype: DType, shape: Shape): Complex {
  const part = (data: Float64Array) => {
    const storage = dtypes[dtype].allocate(data.length);
    storage.set(data);
    return fromStorage(storage, dtype, shape);
  };
  return { re: part(re), im: part(im) };
}

/** The transform of constants, 2^k of them, in plain loops. */
export function transformed(x: Points): Points {
  const n = x.re.length;
  if (n === 1) return x;
  const half = (from: number): Points =>
    transformed({ re: x.re.filter((_, i) => i % 2 === from), im: x.im.filter((_, i) => i % 2 === from) });
  const [even, odd, by] = [half(0), half(1), roots(integers(n / 2), n)];
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n / 2; k++) {
    const [a, b, c, d] = [by.re[k] ?? 0, by.im[k] ?? 0, odd.re[k] ?? 0, odd.im[k] ?? 0];
    const [tr, ti, er, ei] = [a * c - b * d, a * d + b * c, even.re[k] ?? 0, even.im[k] ?? 0];
    re[k] = er + tr;
    im[k] = ei + ti;
    re[k + n / 2] = er - tr;
    im[k + n / 2] = ei - ti;
  }
  return { re, im };
}

/** Constants by what they are: a loop asks for the same again and again. */
const known = new Map<string, unknown>();

/** What `make` gives, once for a key. */
export function remembered<T>(key: string, make: () => T): T {
  const found = known.get(key) as T | undefined; // a key says what is behind it
  if (found !== undefined) return found;
  const made = make();
  if (known.size >= 64) known.clear();
  known.set(key, made);
  return made;
}

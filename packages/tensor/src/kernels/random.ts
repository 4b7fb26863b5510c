import type { DType } from '../dtype.ts';
import { float64 } from '../elementary/index.ts';
import { type Shape, sizeOf } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { threefry } from './threefry.ts';

// A key is two words; block i under it is 64 bits. Element i of a draw reads block i whatever the shape, so a longer draw
// starts with the shorter one. The top two bits of the counter keep three families of blocks apart: those of draws,
// of `foldIn`, of `splitKey`. No key made from a key repeats what was drawn from it.
const FOLD = 0x80000000;
const SPLIT = 0xc0000000;
const WORD = 4294967296;
const TWO_PI = 6.283185307179586;

/** The key of an integer seed, 0 … 2⁵³ − 1. */
export function keyFromSeed(seed: number): Concrete {
  return new Concrete(Int32Array.of(Math.floor(seed / WORD), seed % WORD), 'int32', [2]);
}

/** `n` fresh keys, int32[n,2]. */
export function splitKey(key: Concrete, n: number): Concrete {
  const out = new Int32Array(2 * n);
  const words = new Int32Array(2);
  for (let i = 0; i < n; i++) {
    threefry(key.storage[0], key.storage[1], i, SPLIT, words);
    out.set(words, 2 * i);
  }
  return new Concrete(out, 'int32', [n, 2]);
}

/** The key for item `n` (an integer, 0 … 2⁵³ − 1) of a stream under `key`. */
export function foldIn(key: Concrete, n: number): Concrete {
  const words = new Int32Array(2);
  threefry(key.storage[0], key.storage[1], n % WORD, FOLD + Math.floor(n / WORD), words);
  return new Concrete(words, 'int32', [2]);
}

/** Calls `use(high, low)` with the two unsigned words of blocks 0 … n − 1. */
function blocks(key: Concrete, n: number, use: (high: number, low: number, i: number) => void): void {
  const [k0, k1] = key.storage;
  const words = new Int32Array(2);
  for (let i = 0; i < n; i++) {
    threefry(k0, k1, i % WORD, Math.floor(i / WORD), words);
    use(words[0] >>> 0, words[1] >>> 0, i);
  }
}

/** The top 53 of 64 bits, as a number in [0, 1). */
const unit53 = (high: number, low: number): number => (high * 2097152 + (low >>> 11)) / 9007199254740992;

/** Evenly in [0, 1): multiples of 2⁻⁵³; for float32 the same draw cut to multiples of 2⁻²⁴. */
export function uniform(key: Concrete, shape: Shape, dtype: DType): Concrete {
  const out = allocate(dtype, sizeOf(shape));
  if (dtype === 'float32') blocks(key, out.length, (high, _, i) => (out[i] = (high >>> 8) / 16777216));
  else blocks(key, out.length, (high, low, i) => (out[i] = unit53(high, low)));
  return new Concrete(out, dtype, shape);
}

/**
 * Standard normal, by pairs: r cos φ and r sin φ with r = √(−2 ln u). Always finite: u ≥ 2⁻⁵³, |z| ≤ 8.6. A float32 draw
 * is the float64 one, rounded. Source: Box, Muller, "A note on the generation of random normal deviates", 1958.
 */
export function normal(key: Concrete, shape: Shape, dtype: DType): Concrete {
  const out = allocate(dtype, sizeOf(shape));
  let radius = 0;
  blocks(key, out.length + (out.length % 2), (high, low, i) => {
    const u = unit53(high, low);
    if (i % 2 === 0) {
      radius = Math.sqrt(-2 * float64.log(1 - u));
      return;
    }
    out[i - 1] = radius * float64.cos(TWO_PI * u);
    out[i] = radius * float64.sin(TWO_PI * u); // beyond the end for an odd size: typed arrays drop it
  });
  return new Concrete(out, dtype, shape);
}

/** True with probability `p`, a number or a tensor of shape `shape`; p ≤ 0 and NaN never, p ≥ 1 always. */
export function bernoulli(key: Concrete, p: Concrete | number, shape: Shape): Concrete {
  const out = new Uint8Array(sizeOf(shape));
  blocks(key, out.length, (high, low, i) => {
    out[i] = unit53(high, low) < (typeof p === 'number' ? p : p.storage[i]) ? 1 : 0;
  });
  return new Concrete(out, 'bool', shape);
}

/** 0 … n − 1 in random order, int32[n]. Source: Durstenfeld, "Algorithm 235: random permutation", 1964. */
export function permutation(key: Concrete, n: number): Concrete {
  const out = Int32Array.from({ length: n }, (_, i) => i);
  blocks(key, n, (high, low, k) => {
    const last = n - 1 - k;
    const chosen = Math.floor(unit53(high, low) * (last + 1)); // bias below n·2⁻⁵³
    const held = out[last];
    out[last] = out[chosen];
    out[chosen] = held;
  });
  return new Concrete(out, 'int32', [n]);
}

/**
 * One int32 index per row of the last axis, chosen in proportion to exp(logits): the place of the largest
 * logit + g, g = −ln(−ln u), ties to the first. A logit of −∞ is never chosen unless all are.
 */
export function categorical(key: Concrete, logits: Concrete): Concrete {
  const classes = logits.shape[logits.rank - 1];
  const shape = logits.shape.slice(0, -1);
  const out = new Int32Array(sizeOf(shape));
  let best = Number.NEGATIVE_INFINITY;
  blocks(key, logits.storage.length, (high, low, i) => {
    const u = (high * 1048576 + (low >>> 12) + 0.5) / 4503599627370496; // 52 bits and a half: neither 0 nor 1
    const score = logits.storage[i] - float64.log(-float64.log(u));
    const column = i % classes;
    if (column === 0) best = Number.NEGATIVE_INFINITY;
    if (score > best) {
      best = score;
      out[(i - column) / classes] = column;
    }
  });
  return new Concrete(out, 'int32', shape);
}

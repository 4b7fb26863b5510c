import { expect, test } from 'vitest';
import { Concrete } from '../tensor.ts';
import { bernoulli, categorical, foldIn, keyFromSeed, normal, permutation, splitKey, uniform } from './random.ts';
import { threefry } from './threefry.ts';

test.each([
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
])('threefry2x32-20 of counter %i %i, key %i %i, as Random123 publishes it', (c0, c1, k0, k1, x, y) => {
  const out = new Int32Array(2);
  threefry(k0, k1, c0, c1, out);
  expect([(out[0] ?? 0) >>> 0, (out[1] ?? 0) >>> 0]).toEqual([x, y]);
});

const key = keyFromSeed(7);
const numbers = (x: Concrete) => Array.from(x.storage);
const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

test('a seed of 53 bits fills both words of its key', () => {
  expect(numbers(keyFromSeed(2 ** 53 - 1))).toEqual([2 ** 21 - 1, -1]);
  expect(numbers(keyFromSeed(5))).toEqual([0, 5]);
});

test('keys from a key are distinct, from each other and from other families', () => {
  const split = splitKey(key, 1000);
  expect(split.shape).toEqual([1000, 2]);
  const folded = Array.from({ length: 1000 }, (_, n) => numbers(foldIn(key, n)).join());
  const pairs = Array.from({ length: 1000 }, (_, i) => `${split.storage[2 * i]},${split.storage[2 * i + 1]}`);
  expect(new Set([...pairs, ...folded]).size).toBe(2000);
  expect(numbers(foldIn(key, 2 ** 32))).not.toEqual(numbers(foldIn(key, 0)));
  expect(numbers(splitKey(key, 3))).toEqual(numbers(split).slice(0, 6));
});

test('uniform: element i is block i of the key, whatever the shape', () => {
  const words = new Int32Array(2);
  threefry(0, 7, 2, 0, words);
  const [high, low] = [(words[0] ?? 0) >>> 0, (words[1] ?? 0) >>> 0];
  const expected = Number((BigInt(high) * 2n ** 32n + BigInt(low)) >> 11n) / 2 ** 53;
  expect(uniform(key, [3], 'float64').storage[2]).toBe(expected);
  expect(numbers(uniform(key, [2, 2], 'float64'))).toEqual(numbers(uniform(key, [7], 'float64')).slice(0, 4));
  expect(uniform(key, [3], 'float32').storage[2]).toBe(Math.floor(expected * 2 ** 24) / 2 ** 24);
  expect(uniform(key, [0, 3], 'float32').shape).toEqual([0, 3]);
});

test('uniform fills [0, 1) evenly', () => {
  const xs = numbers(uniform(key, [100_000], 'float64'));
  expect(xs.every((x) => x >= 0 && x < 1)).toBe(true);
  const bins = new Array<number>(16).fill(0);
  for (const x of xs) bins[Math.floor(16 * x)] = (bins[Math.floor(16 * x)] ?? 0) + 1;
  const chiSquare = bins.reduce((sum, n) => sum + (n - 6250) ** 2 / 6250, 0);
  expect(chiSquare).toBeLessThan(37.7); // 15 degrees of freedom, p = 0.001; the key is fixed
});

test('normal has the first four moments of N(0, 1), and the mass of its tails', () => {
  const xs = numbers(normal(key, [200_001], 'float64'));
  expect(xs.every(Number.isFinite)).toBe(true);
  expect(Math.abs(mean(xs))).toBeLessThan(0.01);
  expect(Math.abs(mean(xs.map((x) => x * x)) - 1)).toBeLessThan(0.015);
  expect(Math.abs(mean(xs.map((x) => x ** 3)))).toBeLessThan(0.035);
  expect(Math.abs(mean(xs.map((x) => x ** 4)) - 3)).toBeLessThan(0.1);
  expect(Math.abs(xs.filter((x) => x > 1.959964).length / xs.length - 0.025)).toBeLessThan(0.0015);
});

test('the two of a pair, and neighbours across pairs, are uncorrelated, squares too', () => {
  const xs = numbers(normal(key, [100_000], 'float64'));
  for (const f of [(x: number) => x, (x: number) => x * x - 1]) {
    for (const first of [0, 1]) {
      const products = xs.flatMap((x, i) => (i % 2 === first ? [f(x) * f(xs[i + 1] ?? 0)] : []));
      expect(Math.abs(mean(products))).toBeLessThan(0.03);
    }
  }
});

test('normal: a longer draw begins with the shorter, odd or even; float32 is the rounded float64', () => {
  const long = numbers(normal(key, [9], 'float64'));
  expect(numbers(normal(key, [8], 'float64'))).toEqual(long.slice(0, 8));
  expect(numbers(normal(key, [9], 'float32'))).toEqual(long.map(Math.fround));
  expect(normal(key, [], 'float64').item()).toBe(long[0]);
  expect(numbers(normal(key, [0], 'float64'))).toEqual([]);
});

test('bernoulli: never at 0 and NaN, always at 1, else in proportion; p may be a tensor', () => {
  expect(numbers(bernoulli(key, 0, [99])).includes(1)).toBe(false);
  expect(numbers(bernoulli(key, Number.NaN, [99])).includes(1)).toBe(false);
  expect(numbers(bernoulli(key, 1, [99])).includes(0)).toBe(false);
  expect(Math.abs(mean(numbers(bernoulli(key, 0.3, [100_000]))) - 0.3)).toBeLessThan(0.005);
  const p = new Concrete(Float64Array.of(0, 1, 0, 1), 'float64', [2, 2]);
  expect(bernoulli(key, p, [2, 2]).toArray()).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(bernoulli(key, 0.5, [3]).dtype).toBe('bool');
});

test('permutation: every order comes equally often', () => {
  expect(numbers(permutation(key, 0))).toEqual([]);
  expect(numbers(permutation(key, 1))).toEqual([0]);
  expect(numbers(permutation(key, 1009)).sort((a, b) => a - b)).toEqual(Array.from({ length: 1009 }, (_, i) => i));
  const counts = new Map<string, number>();
  for (let n = 0; n < 24_000; n++) {
    const order = numbers(permutation(foldIn(key, n), 4)).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  expect(counts.size).toBe(24);
  expect(chiSquare).toBeLessThan(49.7); // 23 degrees of freedom, p = 0.001
});

test('categorical chooses in proportion to exp(logits), and never a logit of −∞', () => {
  const row = [Math.log(1), Math.log(2), Number.NEGATIVE_INFINITY, Math.log(5)];
  const logits = new Concrete(
    Float64Array.from({ length: 160_000 }, (_, i) => row[i % 4] ?? 0),
    'float64',
    [200, 200, 4],
  );
  const chosen = categorical(key, logits);
  expect([chosen.dtype, chosen.shape]).toEqual(['int32', [200, 200]]);
  const share = [0, 1, 2, 3].map((k) => numbers(chosen).filter((c) => c === k).length / 40_000);
  for (const [k, p] of [1 / 8, 2 / 8, 0, 5 / 8].entries()) expect(Math.abs((share[k] ?? 0) - p)).toBeLessThan(0.008);
  expect(share[2]).toBe(0);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Concrete } from '../tensor.ts';
import { tensors } from '../testing/arbitraries.ts';
import { maxDeviation } from '../testing/close.ts';
import { contract } from './contract.ts';
import { cast } from './elementwise.ts';
import { transpose } from './layout.ts';
import { qr, singularValues, spectralRadius } from './linalg.ts';
import { keyFromSeed, normal } from './random.ts';

const f64 = (shape: number[], ...values: number[]) => new Concrete(Float64Array.from(values), 'float64', shape);
const random = (seed: number, shape: number[]) => normal(keyFromSeed(seed), shape, 'float64');
const matmul = (a: Concrete, b: Concrete) => contract(a, b, { a: [0, 1], b: [1, 2], out: [0, 2] });
const t = (x: Concrete) => transpose(x, [1, 0]);
const identity = (n: number) => Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
const diagonal = (...d: number[]) =>
  f64([d.length, d.length], ...identity(d.length).map((one, i) => (one ? (d[i % d.length] ?? 0) : 0)));
const orthogonal = (seed: number, n: number) => qr(random(seed, [n, n])).q;

describe('qr', () => {
  const matrices = fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })).chain((shape) => tensors({ shape }));
  test('q r = x, q orthonormal, r upper triangular with diagonal ≥ 0, for any shape and rank', () => {
    fc.assert(
      fc.property(matrices, (x) => {
        const [m = 0, n = 0] = x.shape;
        const k = Math.min(m, n);
        const { q, r } = qr(x);
        expect([q.shape, r.shape]).toEqual([
          [m, k],
          [k, n],
        ]);
        expect(maxDeviation(matmul(q, r), x)).toBeLessThan(1e-14);
        expect(maxDeviation(matmul(t(q), q), identity(k))).toBeLessThan(1e-14);
        for (let i = 0; i < k; i++) {
          expect(r.storage[i * n + i]).toBeGreaterThanOrEqual(0);
          for (let j = 0; j < i; j++) expect(r.storage[i * n + j]).toBe(0);
        }
      }),
    );
  });
  test('neither overflows nor vanishes at the ends of the range', () => {
    for (const scale of [1e300, 1e-300]) {
      const { q, r } = qr(f64([2, 2], 3 * scale, 0, 4 * scale, 5 * scale));
      expect(maxDeviation(q, [0.6, -0.8, 0.8, 0.6])).toBeLessThan(1e-15);
      expect(
        maxDeviation(
          Array.from(r.storage, (x) => x / scale),
          [5, 4, 0, 3],
        ),
      ).toBeLessThan(1e-15);
    }
  });
  test('a column that is nearly −e₁, or e₁, does not cancel', () => {
    for (const sign of [1, -1]) {
      const x = f64([2, 2], sign, 2, 1e-9, 3);
      expect(maxDeviation(matmul(qr(x).q, qr(x).r), x)).toBeLessThan(1e-15);
    }
  });
  test('float32 is the rounded float64', () => {
    const x = cast(random(1, [5, 3]), 'float32');
    expect(qr(x).r.storage).toEqual(cast(qr(cast(x, 'float64')).r, 'float32').storage);
  });
});

describe('singularValues', () => {
  test('finds the values a matrix was made from, to 1e-14 of each', () => {
    for (const values of [
      [3, 2, 1],
      [5, 5, 5, 0.1],
      [1e3, 1, 1e-3, 1e-3, 1e-3],
    ]) {
      const n = values.length;
      const x = matmul(matmul(orthogonal(1, n + 2), slab(values, n + 2)), orthogonal(2, n));
      const wide = singularValues(t(x)).storage;
      singularValues(x).storage.forEach((value, i) => {
        const expected = values[i] ?? 0;
        // the product that made x is itself rounded, to ε‖x‖
        expect(Math.abs(value - expected)).toBeLessThan(1e-14 * expected + 2e-15 * (values[0] ?? 0));
        expect(Math.abs((wide[i] ?? 0) - value)).toBeLessThan(2e-15 * (values[0] ?? 0));
      });
    }
  });
  test('2 × 2 in closed form: √45 and √5', () => {
    expect(maxDeviation(singularValues(f64([2, 2], 3, 0, 4, 5)), [Math.sqrt(45), Math.sqrt(5)])).toBeLessThan(1e-15);
  });
  test('small values keep their relative accuracy when columns are well scaled', () => {
    const x = matmul(orthogonal(3, 3), diagonal(1, 1e-9, 1e-150));
    singularValues(x).storage.forEach((value, i) => {
      expect(Math.abs(value / ([1, 1e-9, 1e-150][i] ?? 1) - 1)).toBeLessThan(1e-14);
    });
  });
  test('zero, rank-deficient, empty, huge, tiny and non-finite matrices', () => {
    expect(singularValues(f64([2, 3], 0, 0, 0, 0, 0, 0)).toArray()).toEqual([0, 0]);
    expect(maxDeviation(singularValues(f64([2, 2], 1, 1, 1, 1)), [2, 0])).toBeLessThan(1e-15);
    expect(singularValues(f64([0, 3])).toArray()).toEqual([]);
    expect(singularValues(f64([2, 2], 1e308, 0, 0, -1e10)).toArray()).toEqual([1e308, 1e10]);
    expect(singularValues(f64([1, 1], -5e-324)).toArray()).toEqual([5e-324]);
    expect(singularValues(f64([1, 2], 3e-320, 4e-320)).item() / 5e-320).toBeCloseTo(1, 3);
    expect(singularValues(f64([2, 2], 1, Number.NaN, 0, 1)).toArray()).toEqual([Number.NaN, Number.NaN]);
    expect(singularValues(f64([1, 1], Number.POSITIVE_INFINITY)).toArray()).toEqual([Number.NaN]);
  });
});

/** [rows, n] with `values` on its diagonal. */
const slab = (values: number[], rows: number) =>
  f64(
    [rows, values.length],
    ...Array.from({ length: rows * values.length }, (_, k) =>
      Math.floor(k / values.length) === k % values.length ? (values[k % values.length] ?? 0) : 0,
    ),
  );

describe('spectralRadius', () => {
  const radius = (x: Concrete) => spectralRadius(x).item();
  const near = (actual: number, expected: number, tolerance = 1e-12) =>
    expect(Math.abs(actual / expected - 1)).toBeLessThan(tolerance);
  test('complex pairs, Jordan blocks, symmetric and triangular matrices', () => {
    near(radius(f64([2, 2], 0, -2, 2, 0)), 2);
    near(radius(f64([2, 2], 0.6, -0.9, 0.9, 0.6)), Math.sqrt(0.36 + 0.81));
    near(radius(f64([3, 3], 0.9, 1, 0, 0, 0.9, 1, 0, 0, 0.9)), 0.9);
    near(radius(f64([2, 2], 2, 1, 1, 2)), 3);
    near(radius(f64([2, 2], -5, 100, 0, 4)), 5);
    near(radius(f64([1, 1], -7)), 7);
  });
  test('eigenvalues of any eigenvectors: X D X⁻¹ and rotations by irrational angles', () => {
    const q = orthogonal(5, 9);
    near(radius(matmul(matmul(q, diagonal(-0.97, 0.96, 0.5, 0.1, 0, -0.2, 0.3, 0.4, 0.969)), t(q))), 0.97);
    near(radius(q), 1);
    const x = f64([3, 3], 1, 2, 3, 0, 1, 4, 0, 0, 1);
    const inverse = f64([3, 3], 1, -2, 5, 0, 1, -4, 0, 0, 1);
    near(radius(matmul(matmul(x, diagonal(0.5, -1.25, 1)), inverse)), 1.25);
  });
  test('exactly 0 for nilpotent matrices, also after a similarity in integers', () => {
    expect(radius(f64([3, 3], 0, 1, 5, 0, 0, 2, 0, 0, 0))).toBe(0);
    expect(radius(f64([2, 2], 1, 1, -1, -1))).toBe(0);
    expect(radius(f64([0, 0]))).toBe(0);
  });
  test('neither overflows nor vanishes', () => {
    near(radius(f64([2, 2], 1e300, 1, 1, 1e-300)), 1e300);
    near(radius(f64([2, 2], 1e-70, 0, 1e70, 1e-71)), 1e-70);
    near(radius(f64([1, 1], 4e-320)), 4e-320, 1e-3);
    near(radius(f64([2, 2], 0, 1.7e308, 1.7e308, 0)), 1.7e308, 1e-15);
    near(radius(f64([2, 2], 0, 3e-308, 3e-308, 0)), 3e-308, 1e-15);
  });
  test('NaN for non-finite matrices; float32 is rounded', () => {
    expect(radius(f64([1, 1], Number.NaN))).toBe(Number.NaN);
    expect(radius(f64([2, 2], 0, Number.POSITIVE_INFINITY, 0, 0))).toBe(Number.NaN);
    expect(spectralRadius(cast(f64([1, 1], 0.1), 'float32')).dtype).toBe('float32');
  });
});

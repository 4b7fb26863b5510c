import { describe, expect, it } from 'vitest';
import { tensor } from '../construct.ts';
import { keyFromSeed, normal } from './random.ts';
import { singularValues, svd } from './singular-values.ts';

describe('svd', () => {
  it.each([
    [1, 1],
    [3, 3],
    [7, 2],
    [2, 7],
    [0, 3],
    [13, 5],
  ])('of [%i,%i]: u diag(s) vᵀ is x, columns are orthonormal, values are those of singularValues', (m, n) => {
    const x = normal(keyFromSeed(m * 31 + n), [m, n], 'float64');
    const { u, s, v } = svd(x);
    const k = Math.min(m, n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let c = 0; c < k; c++)
          sum += (u.storage[i * k + c] ?? 0) * (s.storage[c] ?? 0) * (v.storage[j * k + c] ?? 0);
        expect(sum).toBeCloseTo(x.storage[i * n + j] ?? Number.NaN, 13);
      }
    }
    for (const [q, rows] of [
      [u, m],
      [v, n],
    ] as const) {
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) {
          let sum = 0;
          for (let i = 0; i < rows; i++) sum += (q.storage[i * k + a] ?? 0) * (q.storage[i * k + b] ?? 0);
          expect(sum).toBeCloseTo(a === b ? 1 : 0, 13);
        }
      }
    }
    expect(s.storage).toEqual(singularValues(x).storage);
  });

  it('gives 0 for the vector of a singular value 0, and NaN when x is not finite', () => {
    const { u, s, v } = svd(
      tensor([
        [3, 0],
        [4, 0],
        [0, 0],
      ]).concrete('test'),
    );
    expect([...s.storage]).toEqual([5, 0]);
    expect([...u.storage]).toEqual([0.6, 0, 0.8, 0, 0, 0]);
    expect([...v.storage]).toEqual([1, 0, 0, 1]);
    for (const part of Object.values(svd(tensor([[Number.POSITIVE_INFINITY, 1]]).concrete('test'))))
      expect([...part.storage].every(Number.isNaN)).toBe(true);
  });
});

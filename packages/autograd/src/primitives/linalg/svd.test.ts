import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, jvp, key, matmul, mul, normal, sub, sum, transpose, vjp } from '../../index.ts';
import { qr, singularValues, spectralRadius, svd } from '../../linalg/index.ts';

const largest = (x: Tensor): number => Math.max(0, ...[...x.data].map(Math.abs));

describe('svd', () => {
  it.each([
    [3, 3],
    [5, 2],
    [2, 5],
    [1, 4],
  ])('of [%i,%i] multiplies back', (m, n) => {
    const x = normal(key(m + 10 * n), [m, n]);
    const { u, s, v } = svd(x);
    expect(largest(sub(matmul(mul(u, s), transpose(v)), x))).toBeLessThan(1e-14);
  });

  it.each([
    [3, 3],
    [5, 2],
    [2, 5],
  ])('of [%i,%i]: the pullback of u, s and v agrees with differences', (m, n) => {
    const x = normal(key(m + 10 * n), [m, n]);
    const direction = normal(key(99), [m, n]);
    const k = Math.min(m, n);
    const cts = { u: normal(key(1), [m, k]), s: normal(key(2), [k]), v: normal(key(3), [n, k]) };
    const at = (t: number): number => {
      const { u, s, v } = svd(x.add(direction.mul(t)));
      return [u.mul(cts.u), s.mul(cts.s), v.mul(cts.v)].reduce((total, part) => total + sum(part).item(), 0);
    };
    const h = 1e-3;
    const differences = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    // The signs of the vectors are arbitrary, but do not jump within the small step taken here.
    const { pullback } = vjp((z: Tensor) => svd(z), x);
    expect(sum(mul(pullback(cts), direction)).item()).toBeCloseTo(differences, 7);
    const { tangent } = jvp((z: Tensor) => svd(z), x, direction);
    const forward =
      sum(mul(tangent.u, cts.u)).item() + sum(mul(tangent.s, cts.s)).item() + sum(mul(tangent.v, cts.v)).item();
    expect(forward).toBeCloseTo(differences, 7);
  });
});

describe('singularValues', () => {
  it('have a gradient where two are equal, 0 at a value 0, and NaN for NaN', () => {
    expect(
      grad((x: Tensor) => sum(singularValues(x)))(
        tensor([
          [1, 0],
          [0, 1],
        ]),
      ).toArray(),
    ).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(
      grad((x: Tensor) => sum(singularValues(x)))(
        tensor([
          [2, 0],
          [0, 0],
        ]),
      ).toArray(),
    ).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(singularValues(tensor([[Number.NaN, 1]])).toArray()).toEqual([Number.NaN]);
    expect(singularValues(tensor([], { shape: [0, 3] })).shape).toEqual([0]);
  });

  it('refuse what is no float matrix', () => {
    expect(() => singularValues(tensor([1]))).toThrow(
      'singularValues: f64[1] is not a matrix. Use reshape(x, [m, n]).',
    );
    expect(() => singularValues(tensor([[1]], { dtype: 'int32' }))).toThrow(
      "singularValues: takes float64 or float32, got i32[1,1]. Convert with cast(x, 'float64').",
    );
  });
});

describe('qr', () => {
  it('multiplies back, with orthonormal columns, an upper triangle and a diagonal ≥ 0', () => {
    for (const [m, n] of [
      [4, 3],
      [3, 4],
      [3, 3],
    ] as const) {
      const x = normal(key(m), [m, n]);
      const { q, r } = qr(x);
      expect(largest(sub(matmul(q, r), x))).toBeLessThan(1e-14);
      const gram = matmul(transpose(q), q).toArray() as number[][];
      for (const [i, row] of gram.entries())
        for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 14);
      (r.toArray() as number[][]).forEach((row, i) => {
        expect(row[i]).toBeGreaterThanOrEqual(0);
        expect(row.slice(0, i).every((value) => value === 0)).toBe(true);
      });
    }
  });
});

describe('spectralRadius', () => {
  it('finds complex pairs, and 0 for a nilpotent matrix', () => {
    expect(
      spectralRadius(
        tensor([
          [0, 3],
          [-3, 0],
        ]),
      ).item(),
    ).toBeCloseTo(3, 14);
    expect(
      spectralRadius(
        tensor([
          [0, 1],
          [0, 0],
        ]),
      ).item(),
    ).toBe(0);
  });

  it('refuses what is not square, and has no derivative', () => {
    expect(() => spectralRadius(tensor([[1, 2]]))).toThrow(
      'spectralRadius: f64[1,2] is not square (1 ≠ 2). Use singularValues.',
    );
    expect(() => grad((x: Tensor) => spectralRadius(x))(tensor([[2]]))).toThrow(
      'spectralRadius: has no derivative with respect to operand 0 (f64[1,1]). Wrap that operand in stopGradient if it is meant as a constant.',
    );
  });
});

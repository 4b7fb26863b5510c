import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensor } from '../construct.ts';
import { broadcastShapes, sizeOf } from '../shape.ts';
import { anyTensors, broadcastablePairs, shapes, tensors } from './arbitraries.ts';
import { bitEqual, firstDifference, maxDeviation } from './close.ts';
import { directionalDerivative } from './finite-difference.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('arbitraries', () => {
  const sampled = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 300, seed: 1 });
  test('shapes reach scalars, zero extents and primes', () => {
    const all = sampled(shapes());
    expect(all.some((s) => s.length === 0)).toBe(true);
    expect(all.some((s) => s.length > 1 && sizeOf(s) === 0)).toBe(true);
    expect(all.some((s) => s.includes(7))).toBe(true);
  });
  test('broadcastable pairs broadcast, and often truly', () => {
    const pairs = sampled(broadcastablePairs());
    const truly = pairs.filter(([a, b]) => {
      const common = broadcastShapes('test', { dtype: 'float64', shape: a }, { dtype: 'float64', shape: b });
      return String(common) !== String(a) && String(common) !== String(b);
    });
    expect(truly.length).toBeGreaterThan(20);
  });
  test('tensors lie on the grid, away from zero mostly', () => {
    const values = sampled(tensors()).flatMap((x) => Array.from(x.storage));
    expect(values.every((v) => Math.abs(v) <= 2 && Math.round(v * 1000) / 1000 === v)).toBe(true);
    expect(values.filter((v) => Math.abs(v) > 0.1).length / values.length).toBeGreaterThan(0.7);
  });
  test('anyTensors reach NaN, ±∞, −0 and subnormals, of every float', () => {
    for (const dtype of ['float64', 'float32'] as const) {
      const values = sampled(anyTensors({ dtype })).flatMap((x) => Array.from(x.storage));
      for (const odd of [nan, inf, -inf, -0]) expect(values.some((v) => Object.is(v, odd))).toBe(true);
      const smallest = dtype === 'float64' ? 2.2250738585072014e-308 : 1.1754943508222875e-38;
      expect(values.some((v) => v !== 0 && Math.abs(v) < smallest)).toBe(true);
    }
    expect(sampled(anyTensors({ dtype: 'int32' })).some((x) => Array.from(x.storage).includes(-2147483648))).toBe(true);
  });
});

describe('close', () => {
  test('maxDeviation', () => {
    expect(maxDeviation(tensor([1, 2]), [1, 2.5])).toBe(0.5 / 3.5);
    expect(maxDeviation([], [])).toBe(0);
    expect(maxDeviation([nan, inf], [nan, inf])).toBe(0);
    for (const [a, b] of [
      [nan, 0],
      [0, nan],
      [inf, -inf],
      [1, inf],
      [inf, 1],
    ])
      expect(maxDeviation([a ?? 0], [b ?? 0])).toBe(inf);
    expect(maxDeviation([1], [1, 2])).toBe(inf);
  });
  test('bitEqual tells −0 from +0, not NaN from NaN, and types apart', () => {
    expect(bitEqual([nan, -0], [nan, -0])).toBe(true);
    expect(bitEqual([0], [-0])).toBe(false);
    expect(bitEqual(tensor([1]), tensor(Float32Array.of(1)))).toBe(false);
    expect(
      firstDifference(
        tensor([
          [1, 2],
          [3, 0],
        ]),
        tensor([
          [1, 2],
          [3, -0],
        ]),
      ),
    ).toBe('at [1,1]: 0 and -0');
    expect(firstDifference([1, 2], [1])).toBe('2 elements and 1');
    expect(firstDifference(tensor([1]), tensor([[1]]))).toBe('f64[1] and f64[1,1]');
  });
});

describe('directionalDerivative', () => {
  test('is right to its own error estimate, at order 4, for smooth functions', () => {
    const point = fc.integer({ min: -2000, max: 2000 }).map((n) => n / 1000);
    fc.assert(
      fc.property(point, point, point, (x, y, d) => {
        const f = ([a = 0, b = 0]: number[]) => Math.tanh(a) * Math.exp(b);
        const { value, error, order } = directionalDerivative(f, [x, y], [d, 1]);
        const exact = (1 - Math.tanh(x) ** 2) * Math.exp(y) * d + Math.tanh(x) * Math.exp(y);
        expect(Math.abs(value - exact)).toBeLessThan(error);
        expect(error).toBeLessThan(1e-9 * (1 + Math.abs(exact)));
        expect(order).toBeGreaterThan(3.5);
      }),
    );
    expect(directionalDerivative(([x = 0]) => Math.sin(3 * x), [0.4], [1]).order).toBeCloseTo(4, 1);
  });
  test('polynomials of degree 4 are exact from the first step', () => {
    const { value, order } = directionalDerivative(([x = 0]) => x ** 4 - x, [1.5], [2]);
    expect(value).toBeCloseTo(25, 9);
    expect(order).toBe(inf);
  });
  test('a kink on one side, and a jump, show in the order', () => {
    const kink = directionalDerivative(([x = 0]) => Math.max(x, 0) ** 2 + x, [0], [1]);
    expect(kink.order).toBeLessThan(1.5);
    const jump = directionalDerivative(([x = 0]) => (x < 0 ? 0 : 1), [0], [1]);
    expect(jump.order).toBeLessThan(0);
  });
  test('a function without finite values has no derivative', () => {
    expect(directionalDerivative(() => nan, [0], [1])).toEqual({ value: nan, error: inf, order: nan });
  });
});

import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, hessian, stack, sum, transpose } from '../index.ts';
import { median, norm, quantile, std, variance } from './index.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const gradient = (f: (x: Tensor) => Tensor, at: number[]): number[] => [
  ...grad((x: Tensor) => sum(f(x)))(tensor(at)).data,
];
const matrix = tensor([
  [1, -2],
  [3, 4],
]);

describe('variance and std', () => {
  it('lose nothing to a large mean', () => {
    expect(variance(tensor([1e9, 1e9 + 1, 1e9 + 2])).item()).toBe(2 / 3);
    expect(variance(tensor([1e9, 1e9 + 1, 1e9 + 2]), 0, { ddof: 1, keepDims: true }).toArray()).toEqual([1]);
    expect(std(matrix, [1]).toArray()).toEqual([1.5, 0.5]);
  });

  it('std has the gradient 0 where nothing differs, to every order, and NaN stays', () => {
    expect(gradient(std, [3, 3])).toEqual([0, 0]);
    expect(hessian((x: Tensor) => std(x))(tensor([3, 3])).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect([std(tensor(5)).item(), std(tensor([nan, 1])).item(), ...gradient(std, [nan, 1])]).toEqual([
      0,
      nan,
      nan,
      nan,
    ]);
  });
});

describe('norm', () => {
  it('neither overflows nor vanishes, and nor does its gradient', () => {
    for (const size of [1e-320, 1e-200, 1, 1e200, 1e307]) {
      expect(norm(tensor([3 * size, 4 * size])).item() / (5 * size)).toBeCloseTo(1, 3);
      expect(gradient(norm, [3 * size, -4 * size]).map((x) => x.toFixed(3))).toEqual(['0.600', '-0.800']);
    }
    expect(norm(tensor([3e200, 4e200])).item() / 5e200).toBeCloseTo(1, 15);
    expect(norm(tensor([1e-200, 1e-200]), 3).item() / 1e-200).toBeCloseTo(2 ** (1 / 3), 14);
    expect(norm(tensor([3e30, 4e30], { dtype: 'float32' })).item()).toBe(Math.fround(5e30));
    expect(norm(tensor([3, 4])).item()).toBe(5);
    expect([norm(tensor([inf, 1])).item(), norm(tensor([nan, 1])).item(), norm(zeros([0])).item()]).toEqual([
      inf,
      nan,
      0,
    ]);
  });

  it('has the gradient 0 at 0, to every order', () => {
    for (const ord of [undefined, 1, 1.5, 2, 3, inf, -inf]) {
      expect(gradient((x) => norm(x, ord), [0, 0])).toEqual([0, 0]);
      expect(hessian((x: Tensor) => norm(x, ord))(tensor([0, 0])).toArray()).toEqual([
        [0, 0],
        [0, 0],
      ]);
    }
    expect(gradient((x) => norm(x, 1.5), [0, 2])).toEqual([0, 1]);
    expect(gradient((x) => norm(x, 1), [0, -2])).toEqual([0, -1]);
    expect(gradient((x) => norm(x, inf), [2, -2, 1])).toEqual([0.5, -0.5, 0]);
  });

  it('has the orders of vectors and of matrices', () => {
    const of = (ord?: Parameters<typeof norm>[1], axes?: number): unknown => norm(matrix, ord, axes).toArray();
    expect([of(1, 0), of(inf, 1), of(-inf, 1), of(0.5, 0)]).toEqual([
      [4, 6],
      [2, 4],
      [1, 3],
      [expect.closeTo((1 + Math.sqrt(3)) ** 2, 12), expect.closeTo((Math.SQRT2 + 2) ** 2, 12)],
    ]);
    expect([of(1), of(-1), of(inf), of(-inf)]).toEqual([6, 4, 7, 3]);
    expect([of('fro'), of(2), of(-2), of('nuc')]).toEqual([
      Math.sqrt(30),
      expect.closeTo(5.116672736016927, 12),
      expect.closeTo(1.954395075848551, 12),
      expect.closeTo(7.071067811865478, 12),
    ]);
    const both = stack([matrix, transpose(matrix)], 1);
    expect(norm(both, 'nuc', [0, 2]).toArray()).toEqual(
      [of('nuc'), of('nuc')].map((n) => expect.closeTo(n as number, 12)),
    ); // numbers
    expect(norm(both, -2, [0, 2], { keepDims: true }).toArray()).toEqual([
      [[of(-2)], [expect.closeTo(of(-2) as number, 12)]],
    ]); // numbers
    expect(norm(zeros([2, 3, 4]), 1, [0, 2], { keepDims: true }).shape).toEqual([1, 3, 1]);
  });
});

describe('median and quantile', () => {
  it('know the five methods', () => {
    const x = tensor([4, 1, 3, 2]);
    const of = (q: number): number[] =>
      (['linear', 'lower', 'higher', 'nearest', 'midpoint'] as const).map((method) =>
        quantile(x, q, undefined, { method }).item(),
      );
    expect([of(0.5), of(0.25), of(1), of(0.1)]).toEqual([
      [2.5, 2, 3, 3, 2.5],
      [1.75, 1, 2, 2, 1.5],
      [4, 4, 4, 4, 4],
      [expect.closeTo(1.3, 15), 1, 2, 1, 1.5],
    ]);
  });

  it('a list of q is an axis in front', () => {
    const x = tensor([[[1, 2]], [[3, 4]]]);
    expect(quantile(x, [0, 0.5, 1], [0, 1]).toArray()).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(quantile(x, [0.5], [0], { keepDims: true }).shape).toEqual([1, 1, 1, 2]);
    expect(quantile(x, []).shape).toEqual([0]);
  });

  it('take NaN, ±∞, and the largest numbers', () => {
    const of = (...values: number[]): number => median(tensor(values)).item();
    expect([of(nan, 1, 2), of(1, inf), of(-inf, 1, inf), of(1.7e308, 1.7e308), of(0.1, 0.1)]).toEqual([
      nan,
      inf,
      1,
      1.7e308,
      0.1,
    ]);
    expect(median(zeros([0, 2]), [1]).shape).toEqual([0]);
  });

  it('ȳ goes to what stands there, of those that tie in their order', () => {
    expect(gradient(median, [5, 1, 2])).toEqual([0, 0, 1]);
    expect(gradient(median, [5, 1, 2, 3])).toEqual([0, 0, 0.5, 0.5]);
    expect(gradient(median, [2, 2, 2])).toEqual([0, 1, 0]);
    expect(gradient((x) => quantile(x, 0.125), [5, 1, 2])).toEqual([0, 0.75, 0.25]);
  });
});

import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, hessian, sum } from '../index.ts';
import { cumLogSumExp, cummax, cummin, cumprod, cumsum, prod } from './index.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const ints = (values: number[]): Tensor => tensor(values, { dtype: 'int32' });
const gradient = (f: (x: Tensor) => Tensor, at: number[]): number[] => [
  ...grad((x: Tensor) => sum(f(x)))(tensor(at)).data,
];

describe('prod', () => {
  it('multiplies one after another; nothing is 1', () => {
    expect(String(prod(tensor([3e200, 1e200, 0])))).toBe('f64[] NaN');
    expect(Object.is(prod(tensor([-0])).item(), -0)).toBe(true);
    expect([String(prod(zeros([0]))), String(prod(zeros([0, 2]), [0])), prod(tensor(3)).item()]).toEqual([
      'f64[] 1',
      'f64[2] [1, 1]',
      3,
    ]);
    expect(prod(ints([65536, 65537])).item()).toBe(65536);
    expect(prod(zeros([2, 3, 4]), [0, -1], { keepDims: true }).shape).toEqual([1, 3, 1]);
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8], { shape: [2, 2, 2] });
    expect(prod(x, [0, 2]).toArray()).toEqual([1 * 2 * 5 * 6, 3 * 4 * 7 * 8]);
  });

  it('has its derivatives where elements are 0', () => {
    expect(gradient(prod, [2, 0, 3, 4])).toEqual([0, 24, 0, 0]);
    expect(gradient(prod, [2, 0, 3, 0])).toEqual([0, 0, 0, 0]);
    const second = hessian((x: Tensor) => prod(x))(tensor([2, 0, 3, 0])).toArray() as number[][]; // a matrix
    expect(second[1]).toEqual([0, 0, 0, 6]);
    expect(second[0]).toEqual([0, 0, 0, 0]);
    expect(grad((x: Tensor) => sum(prod(x, [0])))(zeros([0, 3])).shape).toEqual([0, 3]);
  });
});

describe('cumsum and cumprod', () => {
  it('go one after another, along any axis, from either end', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(cumsum(x, 0).toArray()).toEqual([
      [1, 2, 3],
      [5, 7, 9],
    ]);
    expect(cumprod(x, -1, { reverse: true }).toArray()).toEqual([
      [6, 6, 3],
      [120, 30, 6],
    ]);
    // Pairs of pairs would give 1e17 at the end.
    expect([...cumsum(tensor([1e17, 1, 7, -1e17])).data].at(-1)).toBe(1e17 + 1 + 7 - 1e17);
    expect([...cumsum(ints([2147483647, 1])).data, ...cumprod(ints([3, 4, 5])).data]).toEqual([
      2147483647, -2147483648, 3, 12, 60,
    ]);
  });

  it('keep −0, take NaN, ±∞ and no elements', () => {
    expect([...cumprod(tensor([-0, 1, -1])).data, ...cumsum(tensor([-0, -0])).data]).toEqual([-0, -0, 0, -0, -0]);
    expect([...cumsum(tensor([inf, -inf, 1])).data]).toEqual([inf, nan, nan]);
    for (const f of [cumsum, cumprod, cummax, cummin, cumLogSumExp]) {
      expect(f(zeros([0, 2]), 0).shape).toEqual([0, 2]);
      expect(f(zeros([2, 0]), 0).shape).toEqual([2, 0]);
    }
  });

  it('cumprod has its gradient with zeros', () => {
    expect(gradient(cumprod, [2, 0, 3, 0, 5])).toEqual([1, 8, 0, 0, 0]);
  });
});

describe('cummax and cummin', () => {
  it('keep NaN from there on, and the first of those that tie', () => {
    expect([...cummax(tensor([1, nan, 3])).data, ...cummin(tensor([nan, 3])).data]).toEqual([1, nan, nan, nan, nan]);
    expect([...cummax(tensor([-0, 0])).data, ...cummin(tensor([0, -0])).data]).toEqual([-0, -0, 0, 0]);
    expect([...cummin(ints([3, 1, 2, 0]), 0, { reverse: true }).data]).toEqual([0, 0, 0, 0]);
    expect(gradient(cummax, [2, 2, 1, 3])).toEqual([3, 0, 0, 1]);
    expect(gradient((x) => cummin(x, 0, { reverse: true }), [1, 2, 2])).toEqual([1, 0, 2]);
  });
});

describe('cumLogSumExp', () => {
  it('does not overflow or vanish, whatever stands first', () => {
    expect([...cumLogSumExp(tensor([-1000, -1000, 1000])).data]).toEqual([-1000, -1000 + Math.LN2, 1000]);
    expect([...cumLogSumExp(tensor([1e308, -1e308])).data]).toEqual([1e308, 1e308]);
  });

  it('takes ±∞ and NaN, and its gradient has no NaN at −∞', () => {
    expect([...cumLogSumExp(tensor([-inf, -inf, 0, inf])).data]).toEqual([-inf, -inf, 0, inf]);
    expect([...cumLogSumExp(tensor([0, nan, 1])).data]).toEqual([0, nan, nan]);
    expect(gradient((x) => cumLogSumExp(x).at(3), [-inf, -inf, 0, 0])).toEqual([0, 0, 0.5, 0.5]);
  });
});

import { eye, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, mul, sum, vmap } from '../index.ts';
import { argmin, argsort, bincount, countNonzero, histogram, searchSorted, sort, topK } from './index.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const ints = (values: number[]): Tensor => tensor(values, { dtype: 'int32' });

describe('sort and argsort', () => {
  it('are stable, −0 and 0 tie, NaN is the largest', () => {
    expect([...sort(tensor([nan, 2, inf, 0, -inf, -0])).data]).toEqual([-inf, 0, -0, 2, inf, nan]);
    expect([...sort(tensor([1, nan, -0, 0]), 0, { descending: true }).data]).toEqual([nan, 1, -0, 0]);
    expect([...argsort(tensor([1, 0, 1, 0]), 0, { descending: true }).data]).toEqual([0, 2, 1, 3]);
    expect([...sort(tensor([true, false, true])).data, ...sort(ints([3, -1])).data]).toEqual([0, 1, 1, -1, 3]);
  });

  it('take any axis, and no elements', () => {
    const x = tensor([
      [3, 1],
      [2, 4],
    ]);
    expect(sort(x, 0).toArray()).toEqual([
      [2, 1],
      [3, 4],
    ]);
    expect(sort(zeros([2, 0, 3]), 1).shape).toEqual([2, 0, 3]);
    expect(vmap((row: Tensor) => sort(row))(x).toArray()).toEqual(sort(x).toArray());
  });

  it('gives each part of the cotangent back to its element, of those that tie in their order', () => {
    const weighted = (x: Tensor): Tensor => sum(mul(sort(x), tensor([1, 2, 3, 4])));
    expect([...grad(weighted)(tensor([3, 1, 1, 2])).data]).toEqual([4, 1, 2, 3]);
  });
});

describe('topK', () => {
  it('gives values in descending order, the first of those that tie first', () => {
    const { values, indices } = topK(
      tensor([
        [3, 1, 3],
        [2, 4, nan],
      ]),
      2,
    );
    expect([values.toArray(), indices.toArray()]).toEqual([
      [
        [3, 3],
        [nan, 4],
      ],
      [
        [0, 2],
        [2, 1],
      ],
    ]);
    expect(topK(eye(3), 0, 0).values.shape).toEqual([0, 3]);
    expect([...grad((x: Tensor) => sum(topK(x, 2).values))(tensor([3, 1, 3, 2])).data]).toEqual([1, 0, 1, 0]);
  });
});

describe('argmin', () => {
  it('takes the first of those that tie, the first NaN, and the least of all integers', () => {
    expect(argmin(ints([5, -2147483648, 2147483647])).item()).toBe(1);
    expect(argmin(tensor([1, nan, 0, nan])).item()).toBe(1);
    expect(argmin(tensor([0, -0, 1])).item()).toBe(0);
    expect(argmin(eye(2), 0, { keepDims: true }).toArray()).toEqual([[1, 0]]);
  });
});

describe('searchSorted', () => {
  it('counts what stands before, NaN being the largest', () => {
    const sorted = tensor([1, 2, 2, nan]);
    const values = tensor([0, 2, nan, inf, -inf]);
    expect([...searchSorted(sorted, values).data]).toEqual([0, 1, 3, 3, 0]);
    expect([...searchSorted(sorted, values, { side: 'right' }).data]).toEqual([0, 3, 4, 3, 0]);
    expect([searchSorted(zeros([0]), 1).item(), searchSorted(ints([1, 3]), 2).item()]).toEqual([0, 1]);
    const rows = tensor([
      [0, 1],
      [2, 3],
    ]);
    expect([...vmap((row: Tensor) => searchSorted(row, 1.5))(rows).data]).toEqual([2, 0]);
  });
});

describe('counting', () => {
  it('countNonzero counts NaN and not −0', () => {
    expect(countNonzero(tensor([0, -0, nan, 1])).item()).toBe(2);
    expect(countNonzero(tensor([[true, false]]), [1], { keepDims: true }).toArray()).toEqual([[1]]);
  });

  it('bincount leaves out what is no bin', () => {
    expect([...bincount(ints([0, 2, 2, -1, 3]), 3).data]).toEqual([1, 0, 2]);
    expect([...bincount(ints([0, 2, 2, -1]), 3, tensor([0.5, 1, 2, 9])).data]).toEqual([0.5, 0, 3]);
    expect([bincount(ints([]), 2).toArray(), bincount(ints([1]), 0).toArray()]).toEqual([[0, 0], []]);
    const weights = (w: Tensor): Tensor => sum(mul(bincount(ints([0, 1, 1, 7]), 2, w), tensor([3, 5])));
    expect([...grad(weights)(tensor([1, 1, 1, 1])).data]).toEqual([3, 5, 5, 0]);
  });

  it('histogram has the upper edge in its last bin alone', () => {
    const x = tensor([-1, 0, 1, 1.5, 2, 3, nan]);
    expect([...histogram(x, tensor([0, 1, 2])).data]).toEqual([1, 3]);
    expect([...histogram(x, tensor([0, 1, 2]), x).data]).toEqual([0, 4.5]);
  });
});

import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import * as order from './index.ts';

const {
  bincount,
  cumLogSumExp,
  cummax,
  cumsum,
  histogram,
  median,
  norm,
  prod,
  quantile,
  searchSorted,
  sort,
  std,
  topK,
  variance,
} = order;
const i32 = tensor([1], { dtype: 'int32' });
const bool = tensor([true]);
const vector = tensor([1, 2]);
const wrong = <T>(value: unknown): T => value as T; // what a caller without types may give

const cases: [call: () => Tensor | object, message: string][] = [
  [() => prod(bool), "prod: bool[1] is not a number type. Use cast(x, 'int32') first."],
  [() => prod(wrong([1])), 'prod: takes a tensor, got an array. Use tensor(…).'],
  [() => prod(vector, [0, 0]), 'prod: axes [0,0] of f64[2] name an axis twice.'],
  [() => cumsum(bool), "cumsum: bool[1] is not a number type. Use cast(x, 'int32') first."],
  [() => cumsum(tensor(1)), 'cumsum: axis -1 is out of range for f64[]: a scalar has no axes.'],
  [() => order.cumprod(vector, 1), 'cumprod: axis 1 is out of range for f64[2]: axes are -1…0.'],
  [() => cummax(bool), "cummax: bool[1] is not a number type. Use cast(x, 'int32') first."],
  [() => cumLogSumExp(i32), "cumLogSumExp: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64')."],
  [() => variance(zeros([0])), 'variance: axis 0 of f64[0] is empty, and nothing has no variance. Check x.size first.'],
  [
    () => std(tensor([1]), undefined, { ddof: 1 }),
    'std: ddof is 1, which leaves nothing of the 1 elements that f64[1] has over axes [0]. Use a smaller one.',
  ],
  [() => std(i32), "std: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64')."],
  [
    () => norm(vector, 0),
    'norm: there is no norm of order 0 over axes [0] of f64[2]. Use p > 0, Infinity or -Infinity.',
  ],
  [
    () => norm(vector, 'fro'),
    "norm: there is no norm of order 'fro' over axes [0] of f64[2]. Use p > 0, Infinity or -Infinity.",
  ],
  [
    () => norm(zeros([2, 2]), 3),
    "norm: there is no norm of order 3 over axes [0,1] of f64[2,2]. Use 1, -1, 2, -2, Infinity, -Infinity, 'fro' or 'nuc', or one axis.",
  ],
  [
    () => norm(zeros([2, 2, 2]), 1),
    'norm: there is no norm of order 1 over axes [0,1,2] of f64[2,2,2]. Leave ord out, or name one axis or two.',
  ],
  [
    () => norm(zeros([0]), Number.POSITIVE_INFINITY),
    'norm: axis 0 of f64[0] is empty, and nothing has no norm. Check x.size first.',
  ],
  [() => norm(i32), "norm: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64')."],
  [() => median(zeros([0])), 'median: axis 0 of f64[0] is empty, and nothing has no median. Check x.size first.'],
  [() => quantile(vector, 2), 'quantile: q is 2. Use numbers from 0 to 1.'],
  [() => quantile(vector, Number.NaN), 'quantile: q is NaN. Use numbers from 0 to 1.'],
  [
    () => quantile(vector, wrong(tensor(0.5))),
    'quantile: q is f64[], not a number that is known when it is traced. Use numbers from 0 to 1, such as captured ones.',
  ],
  [
    () => quantile(vector, 0.5, 0, { method: wrong('hazen') }),
    `quantile: there is no method "hazen". Use 'linear', 'lower', 'higher', 'nearest', 'midpoint'.`,
  ],
  [() => quantile(i32, 0.5), "quantile: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64')."],
  [() => sort(tensor(1)), 'sort: axis -1 is out of range for f64[]: a scalar has no axes.'],
  [() => order.argsort(vector, -2), 'argsort: axis -2 is out of range for f64[2]: axes are -1…0.'],
  [() => topK(vector, 3), 'topK: k is 3, but axis 0 of f64[2] has 2 elements. Use 0 to 2.'],
  [() => topK(vector, 0.5), 'topK: k is 0.5, but axis 0 of f64[2] has 2 elements. Use 0 to 2.'],
  [() => order.argmin(zeros([0])), 'argmin: axis 0 of f64[0] is empty, and nothing has no argmin. Check x.size first.'],
  [() => order.argmin(bool), "argmin: bool[1] is not a number type. Use cast(x, 'int32') first."],
  [
    () => searchSorted(zeros([2, 2]), 1),
    'searchSorted: sorted is f64[2,2], not a vector, beside values f64[]. Map over rows with vmap.',
  ],
  [
    () => searchSorted(vector, i32),
    "searchSorted: cannot mix f64[2] with i32[1]. Convert one with cast(x, 'float64').",
  ],
  [() => searchSorted(vector, 1, { side: wrong('up') }), `searchSorted: side is "up". Use 'left' or 'right'.`],
  [() => order.countNonzero(vector, 1), 'countNonzero: axis 1 is out of range for f64[2]: axes are -1…0.'],
  [() => bincount(vector, 2), "bincount: takes int32, got f64[2]. Convert with cast(x, 'int32')."],
  [() => bincount(i32, -1), 'bincount: length is -1, not a count. Use the number of bins.'],
  [() => bincount(i32, 2, vector), 'bincount: weights are f64[2], but x is i32[1]: one for each is needed.'],
  [() => histogram(vector, tensor([1])), 'histogram: edges are f64[1], not a vector of two or more. See linspace.'],
  [
    () => histogram(vector, vector, tensor([1])),
    'histogram: weights are f64[1], but x is f64[2]: one for each is needed.',
  ],
];

test.each(cases)('%#', (call, message) => {
  let said = 'nothing';
  try {
    call();
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  expect(said).toBe(message);
});

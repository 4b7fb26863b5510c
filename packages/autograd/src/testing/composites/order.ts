import { tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import {
  argmin,
  bincount,
  countNonzero,
  cumLogSumExp,
  cummax,
  cummin,
  cumprod,
  cumsum,
  histogram,
  median,
  norm,
  prod,
  quantile,
  sort,
  std,
  topK,
  variance,
} from '../../order/index.ts';
import type { Composite } from '../sample.ts';
import { distinct } from '../samples/generators.ts';
import { wellSeparated } from '../samples/matrices.ts';
import { of, ofValues } from './of.ts';

const row = tensors({ shape: [2, 4] });
/** Elements that differ by 0.05 at least, and from 0: −0.7, −0.647, …. */
const apart = distinct(fc.constant([2, 4]));
const square = tensors({ shape: [3, 3] });
const infinity = Number.POSITIVE_INFINITY;

const integers = tensors({ dtype: 'int32', shape: [5], min: -1, max: 3 });
const edges = [-0.5, 0.25, 1];

/** Functions over primitives in `order`. */
export const orderComposites: Readonly<Record<string, Composite>> = {
  prod: of((x) => prod(x, [1]), [row]),
  'prod, of a matrix': of((x) => prod(x), [tensors({ shape: [2, 2] })]),
  cumsum: of((x) => cumsum(x), [row]),
  cumprod: of((x) => cumprod(x), [row]),
  'cumprod, reverse': of((x) => cumprod(x, 0, { reverse: true }), [tensors({ shape: [3, 2] })]),
  cummax: of((x) => cummax(x), [apart]),
  cummin: of((x) => cummin(x, 0, { reverse: true }), [apart]),
  cumLogSumExp: of((x) => cumLogSumExp(x), [row]),
  variance: of((x) => variance(x, [0]), [row]),
  std: of((x) => std(x, [1], { ddof: 1 }), [apart]),
  norm: of((x) => norm(x, undefined, [1]), [apart]),
  'norm, p = 3': of((x) => norm(x, 3, 1), [apart]),
  'norm, p = 1.5': of((x) => norm(x, 1.5, 1), [apart]),
  'norm, the largest': of((x) => norm(x, infinity, 1), [apart]),
  'norm, of rows': of((x) => norm(x, 1), [apart]),
  'norm, spectral': of((x) => norm(x, 2), [square.filter(wellSeparated)]),
  median: of((x) => median(x, [1]), [apart]),
  quantile: of((x) => quantile(x, [0.3, 0.9]), [apart]),
  sort: of((x) => sort(x, 1, { descending: true }), [apart]),
  topK: of((x) => Object.values(topK(x, 2)), [apart]),
  argmin: ofValues((x) => argmin(x), [row]),
  countNonzero: ofValues((x) => countNonzero(x, [1]), [row]),
  bincount: of(
    (weights) => bincount(tensor([2, 0, 2, -1, 5], { dtype: 'int32' }), 3, weights),
    [tensors({ shape: [5] })],
  ),
  'bincount, of ones': ofValues((x) => bincount(x, 3), [integers]),
  histogram: ofValues((x) => histogram(x, tensor(edges)), [row]),
};

import { cast } from '../index.ts';
import * as ops from '../order/index.ts';
import type { Adapter } from './adapter.ts';

interface Params {
  readonly axes: number[];
  readonly axis: number;
  readonly reverse: boolean;
  readonly ddof: number;
  readonly ord: number | 'fro' | 'nuc' | 'inf' | '-inf';
  readonly descending: boolean;
  readonly k: number;
  readonly q: number;
  readonly method: ops.QuantileMethod;
  readonly length: number;
  readonly side: 'left' | 'right';
}

/** JSON has no infinities. */
function orderOf(ord: Params['ord']): ops.NormOrder {
  if (ord === 'inf') return Number.POSITIVE_INFINITY;
  return ord === '-inf' ? Number.NEGATIVE_INFINITY : ord;
}

export const adapter: Adapter<Params> = {
  ops: 20,
  exported: ops,
  special: {
    prod: ([x], p) => ops.prod(x, p.axes),
    cumsum: ([x], p) => ops.cumsum(x, p.axis, p),
    cumprod: ([x], p) => ops.cumprod(x, p.axis, p),
    cumLogSumExp: ([x], p) => ops.cumLogSumExp(x, p.axis, p),
    cummax: ([x], p) => ops.cummax(x, p.axis, p),
    cummin: ([x], p) => ops.cummin(x, p.axis, p),
    variance: ([x], p) => ops.variance(x, p.axes, p),
    std: ([x], p) => ops.std(x, p.axes, p),
    norm: ([x], p) => ops.norm(x, orderOf(p.ord), p.axes),
    sort: ([x], p) => ops.sort(x, p.axis, p),
    argsort: ([x], p) => ops.argsort(x, p.axis, p),
    argmin: ([x], p) => ops.argmin(x, p.axis),
    topK: ([x], p) => ops.topK(x, p.k, p.axis).values,
    'topK places': ([x], p) => ops.topK(x, p.k, p.axis).indices,
    median: ([x], p) => ops.median(x, p.axes),
    quantile: ([x], p) => ops.quantile(x, p.q, p.axes, p),
    bincount: ([x, weights], p) => ops.bincount(cast(x, 'int32'), p.length, weights),
    searchSorted: ([sorted, wanted], p) => ops.searchSorted(sorted, wanted, p),
    countNonzero: ([x], p) => ops.countNonzero(x, p.axes),
  },
};

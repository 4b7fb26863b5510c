import type { NestedArray } from '@throughline/tensor';
import * as ops from '../index.ts';
import { type Adapter, int } from './adapter.ts';

interface Params {
  readonly axes: number[];
  readonly axis: number;
  readonly shape: number[];
  readonly permutation: number[];
  readonly starts: number[];
  readonly stops: number[];
  readonly steps: number[];
  readonly low: number[];
  readonly high: number[];
  readonly sizes: number[];
  readonly indices: NestedArray;
}

export const adapter: Adapter<Params> = {
  ops: 11,
  exported: ops,
  special: {
    reshape: ([x], p) => ops.reshape(x, p.shape),
    broadcastTo: ([x], p) => ops.broadcastTo(x, p.shape),
    transpose: ([x], p) => ops.transpose(x, p.permutation),
    flip: ([x], p) => ops.flip(x, p.axes),
    slice: ([x], p) => ops.slice(x, p.starts, p.stops, p.steps),
    pad: ([x], p) => ops.pad(x, p.low, p.high),
    concat: (xs, p) => ops.concat(xs, p.axis),
    stack: (xs, p) => ops.stack(xs, p.axis),
    split: ([x], p) => ops.split(x, p.sizes, p.axis),
    gather: ([x], p) => ops.gather(x, int(p.indices), p.axis),
    scatterAdd: ([x, updates], p) => ops.scatterAdd(x, int(p.indices), updates, p.axis),
  },
};

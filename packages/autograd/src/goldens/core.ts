import type { NestedArray } from '@throughline/tensor';
import { einsum } from '../arrays/index.ts';
import * as ops from '../index.ts';
import { type Adapter, int } from './adapter.ts';

interface Params {
  readonly axes: number[];
  readonly axis: number;
  readonly keepDims: boolean;
  readonly spec: string;
  readonly indices: NestedArray;
  readonly targets: NestedArray;
  readonly depth: number;
}

const { contract, div, logSoftmax, mul, neg, oneHot, square, sub, sum, mean, where } = ops;

export const adapter: Adapter<Params> = {
  ops: 35,
  exported: ops,
  special: {
    where: ([cond, x, y]) => where(cond, x, y),
    sum: ([x], p) => sum(x, p.axes, p),
    mean: ([x], p) => mean(x, p.axes, p),
    max: ([x], p) => ops.max(x, p.axis, p),
    min: ([x], p) => ops.min(x, p.axis, p),
    logSumExp: ([x], p) => ops.logSumExp(x, p.axis, p),
    softmax: ([x], p) => ops.softmax(x, p.axis),
    logSoftmax: ([x], p) => logSoftmax(x, p.axis),
    contract: ([a, b], p) => contract(p.spec, a, b),
    einsum: ([a, b], p) => einsum(p.spec, a, b),
    oneHot: (_, p) => oneHot(int(p.indices), p.depth),
    crossEntropy([x], p) {
      const targets = oneHot(int(p.targets), x.shape[x.rank - 1] ?? 0);
      return neg(div(sum(mul(logSoftmax(x), targets)), int(p.targets).size));
    },
    meanSquaredError: ([x, y]) => mean(square(sub(x, y))),
  },
};

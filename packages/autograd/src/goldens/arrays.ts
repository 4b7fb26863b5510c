import { type NestedArray, tensor } from '@throughline/tensor';
import * as arrays from '../arrays/index.ts';
import { type PadOptions, pad } from '../index.ts';
import { type Adapter, int } from './adapter.ts';

interface Params extends PadOptions {
  readonly spec: string;
  readonly axis: number;
  readonly pair: [number, number];
  readonly paired: number | [number[], number[]];
  readonly k: number;
  readonly offset: number;
  readonly low: number[];
  readonly high: number[];
  readonly reps: number[];
  readonly repeats: number | number[];
  readonly along: number | number[] | null;
  readonly shift: number | number[];
  readonly source: number | number[];
  readonly destination: number | number[];
  readonly pattern: string;
  readonly sizes: Record<string, number>;
  readonly indices: NestedArray;
  readonly keep: number[];
  readonly size: number | null;
  readonly indexing: 'xy' | 'ij';
  readonly n: number;
  readonly m: number;
  readonly start: number;
  readonly stop: number;
  readonly count: number;
  readonly base: number;
}

export const adapter: Adapter<Params> = {
  ops: 30,
  exported: arrays,
  special: {
    'einsum of several': (xs, p) => arrays.einsum(p.spec, ...xs),
    tensordot: ([a, b], p) => arrays.tensordot(a, b, p.paired),
    cross: ([a, b], p) => arrays.cross(a, b, p.axis),
    diag: ([x], p) => arrays.diag(x, p.k),
    diagonal: ([x], p) => arrays.diagonal(x, p.offset, ...p.pair),
    matrixTrace: ([x], p) => arrays.matrixTrace(x, p.offset, ...p.pair),
    tril: ([x], p) => arrays.tril(x, p.k),
    triu: ([x], p) => arrays.triu(x, p.k),
    tri: (_, p) => arrays.tri(p.n, p.m, p.k),
    logspace: (_, p) => arrays.logspace(p.start, p.stop, p.count, p.base),
    meshgrid: (xs, p) => arrays.meshgrid(xs, p),
    pad: ([x], p) => pad(x, p.low, p.high, p),
    tile: ([x], p) => arrays.tile(x, p.reps),
    repeat: ([x], p) => arrays.repeat(x, p.repeats, typeof p.along === 'number' ? p.along : undefined),
    roll: ([x], p) => arrays.roll(x, p.shift, p.along ?? undefined),
    moveAxis: ([x], p) => arrays.moveAxis(x, p.source, p.destination),
    swapAxes: ([x], p) => arrays.swapAxes(x, ...p.pair),
    rearrange: ([x], p) => arrays.rearrange(x, p.pattern, p.sizes),
    gatherND: ([x], p) => arrays.gatherND(x, int(p.indices)),
    takeAlongAxis: ([x], p) => arrays.takeAlongAxis(x, int(p.indices), p.axis),
    putAlongAxis: ([x, values], p) => arrays.putAlongAxis(x, int(p.indices), values, p.axis),
    scatterSet: ([x, updates], p) => arrays.scatterSet(x, int(p.indices), updates, p.axis),
    scatterMax: ([x, updates], p) => arrays.scatterMax(x, int(p.indices), updates, p.axis),
    scatterMin: ([x, updates], p) => arrays.scatterMin(x, int(p.indices), updates, p.axis),
    compress: ([x], { axis, keep, size }) =>
      arrays.compress(tensor(keep, { dtype: 'bool' }), x, { axis, fill: 7, ...(size !== null && { size }) }),
  },
};

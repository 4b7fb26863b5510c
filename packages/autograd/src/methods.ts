/**
 * @file Fluent methods: every binary op, reduction and view of the table below as a method of `Tensor`, with the op's own
 * argument order: `x.add(y)` is `add(x, y)`. Importing this file installs them; named mathematics (tanh, softmax, …) stays
 * a function.
 */
import { type DType, InternalError, type Shape, Tensor } from '@throughline/tensor';
import { all, any } from './ops/all-any.ts';
import { at, expandDims, squeeze } from './ops/at.ts';
import { clip } from './ops/clip.ts';
import { matmul } from './ops/matmul.ts';
import { mean } from './ops/mean.ts';
import { pad } from './ops/pad.ts';
import { logSumExp } from './ops/softmax.ts';
import { argmax } from './primitives/argmax.ts';
import { cast } from './primitives/cast.ts';
import { split, unstack } from './primitives/concat-split.ts';
import { flip } from './primitives/flip.ts';
import { gather, scatterAdd } from './primitives/gather-scatter.ts';
import { add, div, mul, neg, sub } from './primitives/maps/arithmetic.ts';
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from './primitives/maps/comparison.ts';
import { abs, maximum, minimum } from './primitives/maps/kinked.ts';
import { logicalAnd, logicalNot, logicalOr } from './primitives/maps/logical.ts';
import { pow, sqrt, square } from './primitives/maps/powers.ts';
import { floorDiv, remainder } from './primitives/maps/rounding.ts';
import { max, min } from './primitives/max-min.ts';
import { reshape } from './primitives/reshape.ts';
import { slice } from './primitives/slice-pad.ts';
import { broadcastTo, sum } from './primitives/sum-broadcast.ts';
import { transpose } from './primitives/transpose.ts';

/** What becomes a method. */
const ops = {
  // arithmetic
  add,
  sub,
  mul,
  div,
  neg,
  pow,
  abs,
  sqrt,
  square,
  floorDiv,
  remainder,
  maximum,
  minimum,
  clip,
  matmul,
  // comparisons
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  logicalNot,
  // reductions
  sum,
  mean,
  max,
  min,
  argmax,
  logSumExp,
  all,
  any,
  // the same elements elsewhere, or under another type
  reshape,
  transpose,
  flip,
  broadcastTo,
  slice,
  pad,
  at,
  expandDims,
  squeeze,
  split,
  unstack,
  gather,
  scatterAdd,
  cast,
} as const;

type Rest<F> = F extends (x: infer X, ...rest: infer R) => infer Y
  ? Tensor extends X
    ? (...rest: R) => Y
    : never
  : never;

/** The ops of this file without their first operand, which is the tensor. */
export type Methods = { [K in keyof typeof ops]: Rest<(typeof ops)[K]> };

declare module '@throughline/tensor' {
  interface Tensor<S extends Shape = Shape, D extends DType = DType> extends Methods {}
}

for (const [name, op] of Object.entries<(x: Tensor, ...rest: never[]) => unknown>(ops)) {
  if (name in Tensor.prototype) throw new InternalError(`Tensor has a member ${name} already.`);
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true,
    writable: true,
    value(this: Tensor, ...rest: never[]) {
      return op(this, ...rest);
    },
  });
}

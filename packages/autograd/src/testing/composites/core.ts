import type { Tensor } from '@throughline/tensor';
import { anyTensors, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { associativeScan } from '../../control/index.ts';
import {
  all,
  any,
  at,
  clip,
  exp,
  expandDims,
  greater,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  softmax,
  squeeze,
  stack,
  sumTo,
  unstack,
  whereSafe,
} from '../../index.ts';
import type { Composite } from '../sample.ts';
import { distinct } from '../samples/generators.ts';
import { of, ofValues } from './of.ts';

const matrix = tensors({ shape: [2, 3] });
/** −0.7, −0.647, … in some order: bounds lie between them. */
const kinked = distinct(fc.constant([2, 3]));
const bools = anyTensors({ dtype: 'bool', shape: [2, 3] });

/** Functions over primitives in the main entry and in `control`. */
export const coreComposites: Readonly<Record<string, Composite>> = {
  clip: of((x) => clip(x, -0.62, -0.515), [kinked]),
  whereSafe: of((x) => whereSafe(greater(x, -0.62), (y) => exp(y), x, 1), [kinked]),
  matmul: of(matmul, [tensors({ shape: [2, 2, 3] }), tensors({ shape: [3, 2] })]),
  sumTo: of((x) => sumTo(x, [1, 3]), [matrix]),
  mean: of((x) => mean(x, [1]), [matrix]),
  all: ofValues((x) => all(x, [1]), [bools]),
  any: ofValues((x) => any(x, [1]), [bools]),
  logSumExp: of((x) => logSumExp(x, [1]), [matrix]),
  softmax: of((x) => softmax(x), [matrix]),
  logSoftmax: of((x) => logSoftmax(x), [matrix]),
  at: of((x) => at(x, -1), [matrix]),
  expandDims: of((x) => expandDims(x, 1), [matrix]),
  squeeze: of((x) => squeeze(x), [tensors({ shape: [2, 1, 2] })]),
  stack: of((x, y) => stack([x, y], 1), [matrix, matrix]),
  unstack: of((x) => unstack(x), [matrix]),
  associativeScan: of((x) => associativeScan((a: Tensor, b: Tensor) => mul(a, b), x), [tensors({ shape: [5] })]),
};

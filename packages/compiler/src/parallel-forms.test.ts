/** @file All steps in one go, compiled: the bits of the interpreter, gradients included. */
import { evaluate, flatten, grad, key, mul, normal, sum, trace } from '@throughline/autograd';
import { type AnyCell, type Dims, unroll } from '@throughline/rnn';
import { lru, minGru, minLstm, rgLru, s4d, s6 } from '@throughline/rnn/cells';
import type { Tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { compile } from './index.ts';

const cells: readonly (readonly [string, AnyCell, Dims])[] = [
  ['minGru', minGru, { I: 2, H: 3 }],
  ['minLstm', minLstm, { I: 2, H: 3 }],
  ['lru', lru, { I: 2, H: 3, N: 2 }],
  ['s4d', s4d, { I: 3, H: 3, N: 2 }],
  ['s6', s6, { I: 3, H: 3, N: 2, R: 1 }],
  ['rgLru', rgLru, { I: 3, H: 3 }],
];

test.each(cells)('%s', (_, cell, dims) => {
  for (const dtype of ['float64', 'float32'] as const) {
    const params = cell.init(key(1), { ...dims, dtype });
    const xs = normal(key(2), [7, 2, dims.I], { dtype });
    const f = (p: typeof params, x: Tensor) => {
      const run = (q: typeof params): Tensor => unroll(cell, q, x, { parallel: true }).out;
      return { out: run(p), slope: grad((q: typeof params) => sum(mul(run(q), run(q))))(p) };
    };
    const leaves = [...flatten('test', params).leaves, xs];
    const interpreted = evaluate(trace(f, params, xs), leaves).map((x) => x.toTypedArray());
    const { out, slope } = compile(f, { reassociate: false })(params, xs);
    expect([out, ...flatten('test', slope).leaves].map((x) => x.toTypedArray())).toEqual(interpreted);
  }
});

/** @file A list of extents or places belongs to its caller, who may change it after the call. */
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { broadcastTo, evaluate, grad, key, mul, normal, pad, reshape, split, sum, trace, uniform } from '../index.ts';
import { print } from '../symbolic/index.ts';

const ops: Record<string, { list: number[]; op: (x: Tensor, list: number[]) => Tensor }> = {
  reshape: { list: [2, 1], op: reshape },
  broadcastTo: { list: [3, 2], op: broadcastTo },
  pad: { list: [1], op: (x, list) => pad(x, list, list) },
  split: { list: [1, 1], op: (x, list) => mul(split(x, list)[1] as Tensor, 2) },
  uniform: { list: [2], op: (x, list) => mul(x, uniform(key(1), list)) },
  normal: { list: [2], op: (x, list) => mul(x, normal(key(1), list)) },
};

test.each(Object.entries(ops))('%s keeps its own list', (_, { list, op }) => {
  const x = tensor([1, 2]);
  const spoiling = (a: Tensor): Tensor => {
    const mine = [...list];
    const y = op(a, mine);
    mine.fill(7);
    return y;
  };
  expect(String(spoiling(x))).toBe(String(op(x, list)));
  expect(String(grad((a: Tensor) => sum(spoiling(a)))(x))).toBe(String(grad((a: Tensor) => sum(op(a, list)))(x)));
  const program = trace(spoiling, x);
  expect(print(program)).toBe(print(trace((a: Tensor) => op(a, list), x)));
  expect(String(evaluate(program, [x])[0])).toBe(String(op(x, list)));
});

/** @file Numbers among a compiled function's arguments: inputs that act as the literal numbers do in an eager call. */
import {
  add,
  bernoulli,
  cast,
  clip,
  div,
  equal,
  floorDiv,
  grad,
  greater,
  jvp,
  key,
  less,
  matmul,
  maximum,
  minimum,
  mul,
  type Operand,
  pow,
  remainder,
  scan,
  sub,
  tanh,
  vmap,
  where,
  whereSafe,
} from '@throughline/autograd';
import { linearRecurrence } from '@throughline/autograd/control';
import { type DType, type Tensor, tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import { describe, expect, test } from 'vitest';
import { compile } from './index.ts';

type Op = (x: Tensor, n: Operand) => Tensor;

const floats: Record<string, Op> = {
  add,
  'add, the number first': (x, n) => add(n, x),
  'the method': (x, n) => x.add(n),
  sub,
  'sub, the number first': (x, n) => sub(n, x),
  mul,
  div,
  'div, the number first': (x, n) => div(n, x),
  pow,
  'pow, the number first': (x, n) => pow(n, x),
  maximum,
  minimum,
  remainder,
  floorDiv,
  less,
  greater,
  equal,
  'where, one number': (x, n) => where(greater(x, 0), x, n),
  'where, two numbers': (x, n) => where(greater(x, 0), n, 2) as Tensor,
  whereSafe: (x, n) => whereSafe(greater(x, 0), (y) => div(1, y), x, n),
  'clip, one bound': (x, n) => clip(x, tensor(-0.25, { dtype: x.dtype }), n),
  'clip, both bounds': (x, n) => clip(x, minimum(n, tensor(0, { dtype: x.dtype })), n),
  linearRecurrence: (x, n) => linearRecurrence(n, x, { from: n }),
  'an op of numbers alone': (x, n) => cast(tanh(mul(n, n)), x.dtype).add(x),
  bernoulli: (_, n) => bernoulli(key(3), n, [7]),
  'beside itself, then a tensor': (x, n) => add(mul(x, n), mul(n, x)),
  'a matrix product of what it scaled': (x, n) => matmul(mul(x, n), x),
  'inside grad': (x, n) => grad((y: Tensor) => mul(mul(y, n), y).sum())(x),
  'inside jvp': (x, n) => jvp((y: Tensor) => pow(y.mul(y), n), x, x).tangent as Tensor,
  'inside vmap': (x, n) => vmap((y: Tensor) => mul(y, n))(x),
  'inside scan': (x, n) =>
    scan((c: Tensor, y: Tensor) => ({ carry: add(mul(c, n), y), y: c }), cast(tensor(0), x.dtype), x).ys as Tensor,
};
const integers: Record<string, Op> = {
  add,
  'sub, the number first': (x, n) => sub(n, x),
  mul,
  maximum,
  floorDiv,
  remainder,
  less,
  where: (x, n) => where(less(x, 2), x, n),
};

const sample = (dtype: DType): Tensor => cast(tensor([-1.5, -0, 0.1, 1, 2.7, 3]), dtype);

function same(op: Op, x: Tensor, numbers: readonly number[]): void {
  const compiled = compile((y: Tensor, n: number) => op(y, n), { reassociate: false });
  for (const n of numbers) expect([n, firstDifference(op(x, n), compiled(x, n))]).toEqual([n, null]);
}

describe.each(['float32', 'float64'] as const)('beside %s', (dtype) => {
  test.each(Object.entries(floats))('%s', (_, op) => {
    same(op, sample(dtype), [0.1, 3, -0, -2.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300]);
  });
});

test.each(Object.entries(integers))('beside int32: %s', (_, op) => {
  same(op, sample('int32'), [1, -3, 0, 2147483647]);
});

test('a number that does not fit int32 is the same error, whether it is the first or comes later', () => {
  const f = (x: Tensor, n: number) => add(x, n);
  const x = tensor([1, 2], { dtype: 'int32' });
  const text = "add: the number 0.5 does not fit i32[2]. Convert with cast(x, 'float64') first.";
  expect(() => f(x, 0.5)).toThrow(text);
  const compiled = compile(f);
  expect(() => compiled(x, 0.5)).toThrow(text);
  expect(String(compiled(x, 5))).toBe('i32[2] [6, 7]');
  expect(() => compiled(x, 0.5)).toThrow(text);
  expect(() => compiled(x, 2147483648)).toThrow('add: the number 2147483648 does not fit i32[2].');
  expect(() => compile((y: Tensor, n: number) => where(y, n, y))(tensor([true]), 2)).toThrow(
    'where: the number 2 does not fit bool[1].',
  );
});

test('what an op gave is no longer weak, and a tensor never was', () => {
  const x = tensor([1], { dtype: 'float32' });
  expect(() => compile((y: Tensor, n: number) => mul(y, add(n, 1)))(x, 2)).toThrow(
    "mul: cannot mix f32[1] with f64[]. Convert one with cast(x, 'float32').",
  );
  expect(() => compile((y: Tensor, n: Tensor) => mul(y, n))(x, tensor(2))).toThrow(
    "mul: cannot mix f32[1] with f64[]. Convert one with cast(x, 'float32').",
  );
});

test('a number that changes compiles nothing anew', () => {
  let runs = 0;
  const f = compile((x: Tensor, n: number) => {
    runs++;
    return mul(x, n);
  });
  for (let i = 0; i < 20; i++) expect(f(tensor([1]), i / 3).toArray()).toEqual([i / 3]);
  expect(runs).toBe(1);
});

test('a number used as a JavaScript number says what to write', () => {
  expect(() => compile((n: number) => tensor([n * 2]))(1)).toThrow(
    'tensor: f64[] was used as a JavaScript number, which would lose its gradient. Use add(x, 1) or x.add(1) for arithmetic, and x.item() to read a number.',
  );
});

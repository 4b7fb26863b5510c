import {
  add,
  contract,
  div,
  evaluate,
  exp,
  matmul,
  mul,
  neg,
  type Program,
  reshape,
  sigmoid,
  square,
  sub,
  sum,
  tanh,
  trace,
  transpose,
  where,
} from '@throughline/autograd';
import { equivalent } from '@throughline/autograd/symbolic';
import { type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intervalsOf } from './intervals.ts';

const x = tensor([
  [0.3, -1.2],
  [0.7, 2.1],
]);
const y = tensor([
  [1.4, 0.2],
  [-0.6, 0.9],
]);
const program = (f: (a: Tensor, b: Tensor) => Tensor): Program => trace(f, x, y);
const same = (f: (a: Tensor, b: Tensor) => Tensor, g: (a: Tensor, b: Tensor) => Tensor): boolean => {
  const [p, q] = [program(f), program(g)];
  return (
    String(p.outputs.map((id) => p.types[id]?.shape)) === String(q.outputs.map((id) => q.types[id]?.shape)) &&
    equivalent(p, q).proved
  );
};

describe('what is equal as mathematics is seen to be', () => {
  test.each<[string, (a: Tensor, b: Tensor) => Tensor, (a: Tensor, b: Tensor) => Tensor]>([
    ['sums in another order', (a, b) => add(a, sub(b, a)), (_, b) => b],
    [
      'a product multiplied out',
      (a, b) => square(sub(a, b)),
      (a, b) => add(sub(square(a), mul(2, mul(a, b))), mul(b, b)),
    ],
    ['c − (1 − f) c', (a, b) => sub(a, mul(sub(1, b), a)), (a, b) => mul(b, a)],
    ['inside a function', (a, b) => tanh(add(a, b)), (a, b) => tanh(add(b, a))],
    [
      'products of matrices are linear',
      (a, b) => matmul(add(a, mul(2, b)), a),
      (a, b) => add(matmul(a, a), mul(matmul(b, a), 2)),
    ],
    ['a product from either side', (a, b) => contract('ij,jk->ik', a, b), (a, b) => contract('jk,ij->ik', b, a)],
    ['a transpose and back', (a) => transpose(transpose(a)), (a) => a],
    ['sums are linear', (a, b) => sum(sub(a, b), [0]), (a, b) => sub(sum(a, [0]), sum(b, [0]))],
    ['halves', (a) => div(a, 2), (a) => mul(0.5, a)],
    ['views commute with products', (a, b) => reshape(mul(a, b), [4]), (a, b) => mul(reshape(a, [4]), reshape(b, [4]))],
  ])('%s', (_, f, g) => {
    expect(same(f, g)).toBe(true);
  });
});

describe('what is not equal is not', () => {
  test.each<[string, (a: Tensor, b: Tensor) => Tensor, (a: Tensor, b: Tensor) => Tensor]>([
    ['operands of another order', (a, b) => sub(a, b), (a, b) => sub(b, a)],
    ['a square matrix and its transpose', (a) => transpose(a), (a) => a],
    ['AB and BA', (a, b) => matmul(a, b), (a, b) => matmul(b, a)],
    ['A Bᵀ and A B', (a, b) => contract('ij,kj->ik', a, b), (a, b) => contract('ij,jk->ik', a, b)],
    ['sums of doubles that round alike', (a) => mul(a, 0.1 + 0.2), (a) => add(mul(a, 0.1), mul(a, 0.2))],
    ['a factor off by one bit', (a) => mul(a, 1 + Number.EPSILON), (a) => a],
    ['functions', (a) => tanh(a), (a) => sigmoid(a)],
    ['a choice the other way round', (a, b) => where(a.greater(0), a, b), (a, b) => where(a.greater(0), b, a)],
    ['sums over other axes', (a) => sum(a, [0]), (a) => sum(a, [1])],
    ['a sum of a product', (a, b) => sum(mul(a, b), [0]), (a, b) => mul(sum(a, [0]), sum(b, [0]))],
  ])('%s', (_, f, g) => {
    expect(same(f, g)).toBe(false);
  });
});

type Expression = (a: Tensor, b: Tensor) => Tensor;
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Expression>(
      (a) => a,
      (_, b) => b,
      (a) => mul(a, 0),
      (a) => add(mul(a, 0), 2),
    ),
    fc.tuple(fc.constantFrom(add, sub, mul, matmul), tie('expression'), tie('expression')).map(
      ([op, f, g]): Expression =>
        (a, b) =>
          op(f(a, b), g(a, b)),
    ),
    fc.tuple(fc.constantFrom<(t: Tensor) => Tensor>(neg, tanh, sigmoid, square, transpose), tie('expression')).map(
      ([op, f]): Expression =>
        (a, b) =>
          op(f(a, b)),
    ),
  ),
}));

const numbers = (p: Program): readonly number[] => [...(evaluate(p, [x, y])[0]?.data ?? [])].map(Number);

test('whatever is found equal evaluates alike: random pairs, small enough to meet', () => {
  let found = 0;
  fc.assert(
    fc.property(expression, expression, (f, g) => {
      const [p, q] = [program(f), program(g)];
      if (!equivalent(p, q).proved) return;
      found++;
      const [a, b] = [numbers(p), numbers(q)];
      a.forEach((value, i) => {
        expect(Math.abs(value - (b[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
      });
    }),
    { numRuns: 1500, seed: 11 },
  );
  expect(found).toBeGreaterThan(20);
});

test('values lie in their intervals', () => {
  fc.assert(
    fc.property(expression, (f) => {
      const p = program((a, b) => exp(neg(square(f(tanh(a), sigmoid(b))))));
      const { low, high } = intervalsOf(p)[p.outputs[0] ?? 0] ?? { low: Number.NaN, high: Number.NaN };
      for (const value of numbers(p)) expect(value >= low && value <= high).toBe(true);
      for (const value of numbers(program(f))) expect(Number.isNaN(value)).toBe(false);
    }),
    { numRuns: 300, seed: 12 },
  );
  const bounded = program((a, b) => sub(1, square(tanh(matmul(a, b)))));
  expect(intervalsOf(bounded)[bounded.outputs[0] ?? 0]).toMatchObject({ low: 0, high: 1 });
});

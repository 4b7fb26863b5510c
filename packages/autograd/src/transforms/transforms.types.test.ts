/** @file What strict TypeScript infers for a user; most of it is checked by compiling this file. */
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, expectTypeOf, test } from 'vitest';
import { grad, hessian, jacobian, mul, sum, valueAndGrad } from '../index.ts';

test('a parameter without a type is a tensor', () => {
  const x = tensor(2);
  expect(grad((a) => mul(a, a))(x).item()).toBe(4);
  expect(grad(grad((a) => mul(a, mul(a, a))))(x).item()).toBe(12);
  expect(grad((a, b: Tensor) => mul(a, b))(x, tensor(5)).item()).toBe(5);
  expect(valueAndGrad((a) => mul(a, a))(x).value.item()).toBe(4);
  expect(valueAndGrad((a) => ({ value: mul(a, a), aux: { a } }), { aux: true })(x).aux.a.item()).toBe(2);
  expect(jacobian((a) => ({ square: mul(a, a) }))(x).square.item()).toBe(4);
  expect(hessian((a) => mul(a, a))(x).item()).toBe(2);
});

test('a parameter with a type keeps it', () => {
  interface Params {
    readonly w: Tensor;
    readonly layers: readonly Tensor[];
  }
  const gradient = grad((p: Params) => sum(mul(p.w, p.layers[0] ?? 1)));
  expectTypeOf(gradient).parameter(0).toEqualTypeOf<Params>();
  expectTypeOf(gradient).returns.toExtend<Params>();
  const pair = grad(([a, b]: [Tensor, Tensor]) => mul(a, b))([tensor(3), tensor(4)]);
  expectTypeOf(pair).toEqualTypeOf<[Tensor, Tensor]>();
  expect(pair.map((g) => g.item())).toEqual([4, 3]);
});

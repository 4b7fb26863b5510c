import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { grad, mul, sum, valueAndGrad } from '../index.ts';

test('errors name the transform as it was called', () => {
  const x = tensor([1, 2]);
  const square = (a: Tensor) => mul(a, a);
  expect(() => grad(square)(x)).toThrow('grad: f must return a scalar, got f64[2].');
  expect(() => valueAndGrad(square)(x)).toThrow('valueAndGrad: f must return a scalar, got f64[2].');
  const counted = (a: Tensor) => ({ value: sum(a), aux: { count: 2 } });
  expect(() => valueAndGrad(counted, { aux: true })(x)).toThrow(
    'valueAndGrad: aux.count is a number, not a tensor or a tree of tensors.',
  );
});

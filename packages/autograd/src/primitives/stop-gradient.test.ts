import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, jvp, mul, stopGradient } from '../index.ts';

describe('stopGradient', () => {
  it('is a constant in both modes and at second order', () => {
    const f = (x: Tensor) => mul(mul(x, x), stopGradient(x));
    expect(grad(f)(tensor(3)).item()).toBe(18);
    expect(jvp(f, tensor(3), tensor(1)).tangent.item()).toBe(18);
    expect(grad(grad(f))(tensor(3)).item()).toBe(6);
  });

  it('takes any dtype', () => {
    expect(stopGradient(tensor([1], { dtype: 'int32' })).dtype).toBe('int32');
  });
});

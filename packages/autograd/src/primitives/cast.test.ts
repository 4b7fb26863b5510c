import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { add, cast, grad, mul, sum } from '../index.ts';

describe('cast', () => {
  it('to int32 truncates, saturates, and makes NaN 0', () => {
    const x = tensor([1.9, -1.9, 1e10, -1e10, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(cast(x, 'int32').toArray()).toEqual([1, -1, 2147483647, -2147483648, 0, 2147483647]);
  });

  it('to bool is x ≠ 0; from bool and int32 it is exact', () => {
    expect([...cast(tensor([0, -0, 0.5, Number.NaN]), 'bool').data]).toEqual([0, 0, 1, 1]);
    expect(cast(tensor([true, false]), 'float64').toArray()).toEqual([1, 0]);
  });

  it('passes cotangents between floats, rounded, and none through integers', () => {
    const f = (x: Tensor) => sum(cast(mul(cast(x, 'float32'), Math.fround(0.1)), 'float64'));
    expect(grad(f)(tensor([1, 2])).toArray()).toEqual([Math.fround(0.1), Math.fround(0.1)]);
    const through = (x: Tensor) => add(sum(cast(cast(x, 'int32'), 'float64')), sum(x));
    expect(grad(through)(tensor([1.5])).toArray()).toEqual([1]);
  });

  it('gives the tensor itself for its own dtype, and names a dtype that is none', () => {
    const x = tensor([1]);
    expect(cast(x, 'float64')).toBe(x);
    expect(() => cast(x, 'float16' as never)).toThrow(
      'cast: "float16" is not a dtype. Use float64, float32, int32, bool.',
    );
  });
});

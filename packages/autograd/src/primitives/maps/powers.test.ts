import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, greater, hessian, pow, sqrt, square, sum, vjp, whereSafe } from '../../index.ts';

const both = (x: number, y: number): number[] =>
  vjp(([a, b]: [Tensor, Tensor]) => pow(a, b), [tensor(x), tensor(y)])
    .pullback(tensor(1))
    .map((ct) => ct.item());

describe('pow', () => {
  it('has finite derivatives at base 0 where they exist', () => {
    expect(both(0, 2)).toEqual([0, 0]);
    expect(both(0, 1)).toEqual([1, 0]);
    expect(both(0, 0)).toEqual([0, 0]);
    expect(both(2, 0)).toEqual([0, Math.log(2)]);
  });

  it('has second derivatives at base 0', () => {
    const second = (y: number) => hessian((x: Tensor) => sum(pow(x, y)))(tensor([0])).item();
    expect([second(0), second(1), second(2), second(3)]).toEqual([0, 0, 2, 0]);
  });

  it('takes a negative base with an integer exponent, whose own derivative is NaN', () => {
    expect(pow(tensor([-2, -2]), tensor([3, 0.5])).toArray()).toEqual([-8, Number.NaN]);
    expect(grad((x: Tensor) => pow(x, 3))(tensor(-2)).item()).toBe(12);
    expect(both(-2, 3)).toEqual([12, Number.NaN]);
  });

  it('follows IEEE at ∞ and NaN', () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(pow(tensor([inf, inf, 0, Number.NaN, 1]), tensor([2, -1, -1, 0, Number.NaN])).toArray()).toEqual([
      inf,
      0,
      inf,
      1,
      1,
    ]);
  });
});

describe('sqrt and square', () => {
  it('sqrt has an infinite slope at 0, which whereSafe avoids', () => {
    expect(grad((x: Tensor) => sum(sqrt(x)))(tensor([0, 4])).toArray()).toEqual([Number.POSITIVE_INFINITY, 0.25]);
    const safe = (x: Tensor) => sum(whereSafe(greater(x, 0), sqrt, x, 1));
    expect(grad(safe)(tensor([0, 4])).toArray()).toEqual([0, 0.25]);
    expect(sqrt(tensor([-1, -0])).toArray()).toEqual([Number.NaN, -0]);
  });

  it('square wraps int32 and refuses bool', () => {
    expect(square(tensor([65536, -3], { dtype: 'int32' })).toArray()).toEqual([0, 9]);
    expect(() => square(tensor([true]))).toThrow(
      "square: takes float64 or float32 or int32, got bool[1]. Convert with cast(x, 'float64').",
    );
  });
});

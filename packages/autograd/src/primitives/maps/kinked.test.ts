import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { abs, grad, jvp, maximum, minimum, relu, sum, vjp } from '../../index.ts';

const gradient = (f: (x: Tensor) => Tensor, x: number[]) => grad((at: Tensor) => sum(f(at)))(tensor(x)).toArray();
const both = (f: (x: Tensor, y: Tensor) => Tensor, x: number[], y: number[]) =>
  vjp(([a, b]: [Tensor, Tensor]) => f(a, b), [tensor(x), tensor(y)])
    .pullback(tensor(x.map(() => 1)))
    .map((ct) => ct.toArray());

describe('abs', () => {
  it('has derivative 0 at 0, in both modes', () => {
    expect(gradient(abs, [-2, 0, 3])).toEqual([-1, 0, 1]);
    expect(jvp((x: Tensor) => abs(x), tensor([-2, 0, 3]), tensor([1, 1, 1])).tangent.toArray()).toEqual([-1, 0, 1]);
  });

  it('takes integers, and keeps NaN', () => {
    expect(String(abs(tensor([-2, 3], { dtype: 'int32' })))).toBe('i32[2] [2, 3]');
    expect(abs(tensor([Number.NaN, Number.NEGATIVE_INFINITY, -0])).toArray()).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      0,
    ]);
  });
});

describe('relu', () => {
  it('has derivative 0 at 0, to second order', () => {
    expect(gradient(relu, [-1, 0, 2])).toEqual([0, 0, 1]);
    expect(gradient((x) => grad((at: Tensor) => sum(relu(at)))(x), [-1, 0, 2])).toEqual([0, 0, 0]);
  });

  it('keeps NaN, makes −0 a 0, and takes ±∞', () => {
    const values = [Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(relu(tensor(values)).toArray()).toEqual([Number.NaN, 0, Number.POSITIVE_INFINITY, 0]);
  });

  it('refuses integers', () => {
    expect(() => relu(tensor([1], { dtype: 'int32' }))).toThrow(
      "relu: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64').",
    );
  });
});

describe('maximum and minimum', () => {
  it('split a tie evenly', () => {
    expect(both(maximum, [1, 2, 3], [3, 2, 1])).toEqual([
      [0, 0.5, 1],
      [1, 0.5, 0],
    ]);
    expect(both(minimum, [1, 2, 3], [3, 2, 1])).toEqual([
      [1, 0.5, 0],
      [0, 0.5, 1],
    ]);
  });

  it('are NaN beside NaN, and order −0 below 0', () => {
    expect(maximum(tensor([Number.NaN, 1]), tensor([1, Number.NaN])).toArray()).toEqual([Number.NaN, Number.NaN]);
    expect(Object.is(minimum(tensor(0), tensor(-0)).item(), -0)).toBe(true);
  });

  it('broadcast, and take nothing', () => {
    expect(maximum(tensor([[1], [4]]), tensor([2, 3])).toArray()).toEqual([
      [2, 3],
      [4, 4],
    ]);
    expect(maximum(tensor([]), 3).shape).toEqual([0]);
    expect(() => maximum(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(/^maximum: /);
  });
});

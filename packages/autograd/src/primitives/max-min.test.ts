import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { argmax, grad, jvp, max, min, sum } from '../index.ts';

const x = tensor([
  [1, 4, 4],
  [3, 2, 0],
]);

describe('max and min', () => {
  it('share the cotangent of ties evenly, over any axes', () => {
    expect(grad((at: Tensor) => max(at))(x).toArray()).toEqual([
      [0, 0.5, 0.5],
      [0, 0, 0],
    ]);
    expect(grad((at: Tensor) => sum(min(at, [1])))(x).toArray()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(
      jvp(
        (at: Tensor) => max(at, 1),
        x,
        tensor([
          [9, 2, 4],
          [1, 9, 9],
        ]),
      ).tangent.toArray(),
    ).toEqual([3, 1]);
  });

  it('reduce negative axes, several axes, none, and keep them when asked', () => {
    expect(max(x, [-1]).toArray()).toEqual([4, 3]);
    expect(max(x, [0, 1], { keepDims: true }).toArray()).toEqual([[4]]);
    expect(max(x, []).toArray()).toEqual(x.toArray());
    expect(max(tensor(5)).item()).toBe(5);
    expect(min(tensor([3, 1], { dtype: 'int32' })).dtype).toBe('int32');
  });

  it('are NaN where there is a NaN', () => {
    expect(
      max(
        tensor([
          [1, Number.NaN],
          [1, 2],
        ]),
        [1],
      ).toArray(),
    ).toEqual([Number.NaN, 2]);
  });

  it('refuse an empty axis, but not an empty other one', () => {
    const empty = tensor([], { shape: [0, 3] });
    expect(() => max(empty, [0])).toThrow(
      'max: axis 0 of f64[0,3] is empty, and nothing has no max. Check x.size first.',
    );
    expect(max(empty, [1]).shape).toEqual([0]);
    expect(() => min(tensor([true]))).toThrow(
      "min: bool[1] is not a number type. Use any or all, or cast(x, 'int32').",
    );
  });
});

describe('argmax', () => {
  it('gives the first of several, and the first NaN', () => {
    expect(String(argmax(x))).toBe('i32[2] [1, 0]');
    expect(argmax(x, 0, { keepDims: true }).toArray()).toEqual([[1, 0, 0]]);
    expect(argmax(tensor([1, Number.NaN, 7, Number.NaN])).item()).toBe(1);
  });

  it('is a constant to derivatives', () => {
    expect(grad((at: Tensor) => sum(at.mul(argmax(at, 0).cast('float64'))))(tensor([1, 5])).toArray()).toEqual([1, 1]);
  });

  it('refuses scalars and empty axes', () => {
    expect(() => argmax(tensor(1))).toThrow(/^argmax: axis -1 .*a scalar has no axes/);
    expect(() => argmax(tensor([]))).toThrow(
      'argmax: axis 0 of f64[0] is empty, and nothing has no argmax. Check x.size first.',
    );
  });
});

import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { matmul } from '../index.ts';
import { cross, dot, inner, kron, outer, tensordot, vdot } from './index.ts';

const counting = (...shape: number[]): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1),
    { shape },
  );
const a = counting(2, 3);

describe('products', () => {
  it('flatten what outer and vdot take, and multiply by scalars', () => {
    expect(outer(counting(1, 2), tensor(3)).toArray()).toEqual([[3], [6]]);
    expect(vdot(a, counting(3, 2)).item()).toBe(91);
    expect(inner(tensor(2), a).toArray()).toEqual([
      [2, 4, 6],
      [8, 10, 12],
    ]);
    expect(dot(a, tensor(2)).shape).toEqual([2, 3]);
  });

  it('are matrix products where dot, inner and tensordot meet', () => {
    const b = counting(3, 4);
    const expected = matmul(a, b).toArray();
    expect(dot(a, b).toArray()).toEqual(expected);
    expect(inner(a, b.transpose()).toArray()).toEqual(expected);
    expect(tensordot(a, b, 1).toArray()).toEqual(expected);
    expect(tensordot(a, b, [1, 0]).toArray()).toEqual(expected);
    expect(dot(counting(2, 3), counting(5, 3, 4)).shape).toEqual([2, 5, 4]);
  });

  it('take extents of 0, int32 and odd numbers', () => {
    expect(dot(counting(2, 0), counting(0, 2)).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(kron(counting(0), counting(2)).shape).toEqual([0]);
    expect(outer(counting(0), counting(3)).shape).toEqual([0, 3]);
    const i = tensor([2, 3], { dtype: 'int32' });
    expect(kron(i, i).toArray()).toEqual([4, 6, 6, 9]);
    expect(cross(tensor([Number.NaN, 0, 0]), tensor([0, 0, 1])).toArray()).toEqual([0, Number.NaN, Number.NaN]);
  });

  it('cross is perpendicular to both, and of opposite sign the other way round', () => {
    const [p, q] = [counting(3, 2), tensor([4, -1, 2]).reshape([3, 1])];
    const c = cross(p, q, 0);
    expect(c.mul(p).sum([0]).toArray()).toEqual([0, 0]);
    expect(c.mul(q).sum([0]).toArray()).toEqual([0, 0]);
    expect(cross(q, p, 0).toArray()).toEqual(c.neg().toArray());
  });

  it.each([
    [() => inner(a, counting(2)), 'inner: axis 1 of the first and 0 of the second differ: f64[2,3] × f64[2] (3 ≠ 2).'],
    [() => dot(a, a), 'dot: axis 1 of the first and 0 of the second differ: f64[2,3] × f64[2,3] (3 ≠ 2).'],
    [() => vdot(a, counting(2)), 'vdot: sizes differ: f64[2,3] × f64[2] (6 ≠ 2).'],
    [
      () => tensordot(a, a, 1),
      'tensordot: axis 1 of the first and 0 of the second differ: f64[2,3] × f64[2,3] (3 ≠ 2).',
    ],
    [() => tensordot(a, a, 3), 'tensordot: 3 axes cannot be paired in f64[2,3] × f64[2,3].'],
    [() => tensordot(a, a, [[0, 1], [0]]), 'tensordot: axes [0,1] and [0] do not pair up.'],
    [
      () =>
        tensordot(a, a, [
          [0, 0],
          [0, 0],
        ]),
      'tensordot: axes [0,0] of f64[2,3] name an axis twice.',
    ],
    [() => tensordot(a, a, [2, 0]), 'tensordot: axis 2 is out of range for f64[2,3]: axes are -2…1.'],
    [() => cross(a, counting(2)), 'cross: axis -1 of f64[2] has 2 elements, not 3.'],
    [() => outer(a, tensor([true])), "outer: cannot mix f64[2,3] with bool[1]. Convert one with cast(x, 'float64')."],
    [() => kron(tensor([true]), tensor([true])), "kron: bool[1] is not a number type. Use cast(x, 'int32') first."],
  ])('refuse what does not fit: %#', (call, message) => {
    expect(call).toThrow(message);
  });
});

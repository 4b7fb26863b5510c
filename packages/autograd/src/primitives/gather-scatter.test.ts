import { type NestedArray, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { gather, grad, jvp, oneHot, scatterAdd, sum, vjp } from '../index.ts';

const int = (values: NestedArray): Tensor => tensor(values, { dtype: 'int32' });
const x = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);

describe('gather', () => {
  it('replaces the axis by those of indices; negative ones count from the end', () => {
    expect(gather(x, int([-1, 0])).toArray()).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(gather(x, int([[1, 1]]), 1).toArray()).toEqual([[[2, 2]], [[4, 4]], [[6, 6]]]);
    expect(gather(x, int(2)).toArray()).toEqual([5, 6]);
    expect(gather(x, tensor([], { dtype: 'int32', shape: [0] })).shape).toEqual([0, 2]);
  });

  it('adds up the cotangents of an index that comes back', () => {
    expect(grad((at: Tensor) => sum(gather(at, int([0, 2, 0]))))(x).toArray()).toEqual([
      [2, 2],
      [0, 0],
      [1, 1],
    ]);
    expect(jvp((at: Tensor) => gather(at, int([2])), x, x).tangent.toArray()).toEqual([[5, 6]]);
  });

  it('names an index that is out of range, with its place', () => {
    expect(() =>
      gather(
        x,
        int([
          [0, 1],
          [2, 3],
        ]),
      ),
    ).toThrow('gather: index 3 at indices[1,1] is out of range for axis 0 of f64[3,2]. Use -3 to 2.');
    expect(() => gather(x, int(-4))).toThrow(
      'gather: index -4 at indices[] is out of range for axis 0 of f64[3,2]. Use -3 to 2.',
    );
    expect(() => gather(tensor([]), int([0]))).toThrow(
      'gather: index 0 at indices[0] is out of range for axis 0 of f64[0]. It is empty.',
    );
    expect(() => gather(x, tensor([0]))).toThrow(
      "gather: indices are f64[1], not int32. Convert with cast(indices, 'int32').",
    );
  });
});

describe('scatterAdd', () => {
  it('adds to a target, which gets the whole cotangent', () => {
    const updates = tensor([
      [10, 20],
      [30, 40],
    ]);
    expect(scatterAdd(x, int([1, 1]), updates).toArray()).toEqual([
      [1, 2],
      [43, 64],
      [5, 6],
    ]);
    const { pullback } = vjp(([at, u]: [Tensor, Tensor]) => scatterAdd(at, int([2, -3]), u), [x, updates]);
    expect(pullback(x).map((ct) => ct.toArray())).toEqual([
      x.toArray(),
      [
        [5, 6],
        [1, 2],
      ],
    ]);
  });

  it('refuses updates of another shape', () => {
    expect(() => scatterAdd(x, int([1, 1]), tensor([1, 2]))).toThrow(
      'scatterAdd: updates are f64[2], but i32[2] into axis 0 of f64[3,2] takes f64[2,2].',
    );
    expect(() => scatterAdd(x, int([3]), tensor([[1, 2]]))).toThrow(
      'scatterAdd: index 3 at indices[0] is out of range for axis 0 of f64[3,2]. Use -3 to 2.',
    );
  });
});

describe('oneHot', () => {
  it('is 1 at the index, in any float or integer dtype', () => {
    expect(oneHot(int([[2], [-3]]), 3).toArray()).toEqual([[[0, 0, 1]], [[1, 0, 0]]]);
    expect(oneHot(int(1), 2, 'float32').dtype).toBe('float32');
    expect(oneHot(tensor([], { dtype: 'int32', shape: [0] }), 4).shape).toEqual([0, 4]);
  });

  it('refuses what is out of range, and a depth that is none', () => {
    expect(() => oneHot(int([0, 5]), 5)).toThrow(
      'oneHot: index 5 at indices[1] is out of range for a depth of 5 (indices are i32[2]). Use -5 to 4.',
    );
    expect(() => oneHot(int([0]), 1.5)).toThrow('oneHot: depth is 1.5, not a count. Use the number of classes.');
    expect(() => oneHot(tensor([0]), 2)).toThrow(
      "oneHot: indices are f64[1], not int32. Convert with cast(indices, 'int32').",
    );
  });
});

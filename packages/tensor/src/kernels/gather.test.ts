import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Concrete } from '../tensor.ts';
import { anyTensors, tensors } from '../testing/arbitraries.ts';
import { firstOutOfRange, gather, oneHot, scatterAdd } from './gather.ts';
import { reshape, transpose } from './layout.ts';

const int = (shape: number[], ...values: number[]) => new Concrete(Int32Array.from(values), 'int32', shape);
const f64 = (shape: number[], ...values: number[]) => new Concrete(Float64Array.from(values), 'float64', shape);

test('gather takes slices along an axis, which the shape of the indices replaces', () => {
  const x = f64([2, 3], 0, 1, 2, 10, 11, 12);
  expect(gather(x, int([2, 2], 2, 0, -1, 1), 1).shape).toEqual([2, 2, 2]);
  expect(gather(x, int([2, 2], 2, 0, -1, 1), 1).toArray()).toEqual([
    [
      [2, 0],
      [2, 1],
    ],
    [
      [12, 10],
      [12, 11],
    ],
  ]);
  expect(gather(x, int([], -1), 0).toArray()).toEqual([10, 11, 12]);
  expect(gather(x, int([0]), 0).shape).toEqual([0, 3]);
});

const problem = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 1, 3), fc.constantFrom(0, 1, 2))
  .chain(([extent, outer, inner]) =>
    fc
      .record({
        x: tensors({ shape: [outer, extent, inner] }),
        indices: fc
          .array(fc.integer({ min: -extent, max: extent - 1 }), { maxLength: 7 })
          .map((list) => int([list.length], ...list)),
      })
      .chain(({ x, indices }) =>
        fc.tuple(fc.constant(x), fc.constant(indices), tensors({ shape: [outer, indices.size, inner] })),
      ),
  );

test('scatterAdd is the adjoint of gather: ⟨gather x, y⟩ = ⟨x, scatterAdd y⟩', () => {
  const dot = (a: Concrete, b: Concrete) =>
    Array.from(a.storage).reduce((sum, value, i) => sum + value * (b.storage[i] ?? 0), 0);
  fc.assert(
    fc.property(problem, ([x, indices, y]) => {
      expect(Math.abs(dot(gather(x, indices, 1), y) - dot(x, scatterAdd(x, indices, y, 1)))).toBeLessThan(1e-12);
    }),
  );
});

test('scatterAdd adds in ascending order of updates, and float32 rounds each time', () => {
  const target = { dtype: 'float32', shape: [1] } as const;
  const updates = new Concrete(Float32Array.of(16777216, 1, 1), 'float32', [3]);
  expect(scatterAdd(target, int([3], 0, -1, 0), updates, 0).toArray()).toEqual([16777216]);
  const reversed = new Concrete(Float32Array.of(1, 1, 16777216), 'float32', [3]);
  expect(scatterAdd(target, int([3], 0, 0, 0), reversed, 0).toArray()).toEqual([16777218]);
});

test('gathering the middle axis is gathering the first, transposed', () => {
  fc.assert(
    fc.property(anyTensors({ shape: [3, 4, 5] }), (x) => {
      const indices = int([3], 3, 0, -2);
      const moved = transpose(gather(transpose(x, [1, 0, 2]), indices, 0), [1, 0, 2]);
      expect(gather(x, indices, 1).toArray()).toEqual(moved.toArray());
    }),
  );
});

test('oneHot puts a 1 at the index, counted from the end when negative', () => {
  expect(oneHot(int([3], 0, 2, -2), 3, 'float64').toArray()).toEqual([
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ]);
  expect(oneHot(int([0]), 3, 'bool').shape).toEqual([0, 3]);
  expect(reshape(oneHot(int([], 1), 2, 'int32'), [2]).toArray()).toEqual([0, 1]);
});

test('firstOutOfRange finds the first index that names nothing', () => {
  expect(firstOutOfRange(int([4], 0, -3, 2, 3), 3)).toBe(3);
  expect(firstOutOfRange(int([2], -4, 7), 3)).toBe(0);
  expect(firstOutOfRange(int([2], -3, 2), 3)).toBe(-1);
  expect(firstOutOfRange(int([0]), 0)).toBe(-1);
  expect(firstOutOfRange(int([1], 0), 0)).toBe(0);
});

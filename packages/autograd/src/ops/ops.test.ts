import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { all, any, at, clip, expandDims, grad, matmul, mean, squeeze, sum, vjp } from '../index.ts';

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const empty = tensor([], { shape: [0, 3] });

describe('mean', () => {
  it('divides the sum by the count', () => {
    expect(mean(x).item()).toBe(3.5);
    expect(mean(x, [0], { keepDims: true }).toArray()).toEqual([[2.5, 3.5, 4.5]]);
    expect(mean(tensor(3)).item()).toBe(3);
    expect(grad((z: Tensor) => mean(z))(x).toArray()).toEqual([
      [1 / 6, 1 / 6, 1 / 6],
      [1 / 6, 1 / 6, 1 / 6],
    ]);
  });

  it('refuses empty axes and integers', () => {
    expect(() => mean(empty)).toThrow(
      'mean: axis 0 of f64[0,3] is empty, and nothing has no mean. Check x.size first.',
    );
    expect(mean(empty, [1]).shape).toEqual([0]);
    expect(() => mean(tensor([1], { dtype: 'int32' }))).toThrow(
      "mean: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64').",
    );
  });
});

describe('at, expandDims, squeeze', () => {
  it('at takes one slice and drops the axis', () => {
    expect(at(x, 1).toArray()).toEqual([4, 5, 6]);
    expect(at(x, -1, -1).toArray()).toEqual([3, 6]);
    expect(grad((z: Tensor) => sum(at(z, 0, 1)))(x).toArray()).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    expect(() => at(x, 2)).toThrow('at: index 2 is out of range for axis 0 of f64[2,3]. Use -2 to 1.');
    expect(() => at(empty, 0)).toThrow('at: index 0 is out of range for axis 0 of f64[0,3]. It is empty.');
    expect(() => at(x, 0.5)).toThrow('at: index 0.5 is out of range for axis 0 of f64[2,3]. Use -2 to 1.');
  });

  it('expandDims and squeeze undo each other', () => {
    for (const axis of [0, 1, 2, -1, -3]) expect(squeeze(expandDims(x, axis)).toArray()).toEqual(x.toArray());
    expect(expandDims(x, -1).shape).toEqual([2, 3, 1]);
    expect(squeeze(tensor([[[1]]]), [0, 2]).shape).toEqual([1]);
    expect(() => squeeze(x, 1)).toThrow('squeeze: axis 1 of f64[2,3] has extent 3, not 1. Use at or reshape.');
  });
});

describe('clip', () => {
  it('keeps NaN, and splits the gradient at a bound', () => {
    expect(clip(tensor([-5, 0, 5, Number.NaN]), -1, 1).toArray()).toEqual([-1, 0, 1, Number.NaN]);
    expect(grad((z: Tensor) => sum(clip(z, -1, 1)))(tensor([-2, -1, 0, 1, 2])).toArray()).toEqual([0, 0.5, 1, 0.5, 0]);
    expect(() => clip(x, 1, -1)).toThrow('clip: low (1) is above high (-1). Use clip(x, low, high).');
    expect(() => clip(x, Number.NaN, 1)).toThrow('clip: low (NaN) is above high (1). Use clip(x, low, high).');
  });
});

describe('all and any', () => {
  it('reduce bools; of nothing, all hold and none does', () => {
    const b = tensor([
      [true, false],
      [true, true],
    ]);
    expect([...all(b, [1]).data, ...any(b, [0]).data]).toEqual([0, 1, 1, 1]);
    const none = tensor([], { dtype: 'bool', shape: [0] });
    expect([all(none).item(), any(none).item()]).toEqual([1, 0]);
    expect(() => all(x)).toThrow('all: takes bool, got f64[2,3]. Compare it first: notEqual(x, 0).');
  });
});

describe('matmul of batches', () => {
  const batch = (lead: number[]): Tensor =>
    tensor(
      Array.from({ length: 6 * lead.reduce((a, b) => a * b, 1) }, (_, i) => i),
      { shape: [...lead, 2, 3] },
    );

  it('broadcasts batch axes, and sums their cotangents', () => {
    const a = batch([2, 1]);
    const b = batch([3]).transpose([0, 2, 1]);
    const { value, pullback } = vjp(([p, q]: [Tensor, Tensor]) => matmul(p, q), [a, b]);
    expect(value.shape).toEqual([2, 3, 2, 2]);
    expect(value.at(1).at(2).toArray()).toEqual(matmul(a.at(1).at(0), b.at(2)).toArray());
    expect(pullback(value).map((ct) => ct.shape)).toEqual([a.shape, b.shape]);
  });

  it('refuses batches that do not broadcast', () => {
    expect(() => matmul(batch([2]), batch([3]).transpose([0, 2, 1]))).toThrow(
      'matmul: batch axes differ: f64[2,2,3] × f64[3,3,2] (2 ≠ 3).',
    );
  });
});

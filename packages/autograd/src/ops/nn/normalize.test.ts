import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, mean, square, sum } from '../../index.ts';
import { layerNorm, rmsNorm, standardize } from '../../nn/index.ts';

const x = tensor([
  [1, 2, 4],
  [3, 3, 3],
]);

describe('standardize', () => {
  it('gives mean 0 and variance 1, over any axes', () => {
    for (const axes of [0, -1, [0, 1]] as const) {
      const y = standardize(
        tensor([
          [1, 2, 4],
          [3, -3, 0.5],
        ]),
        axes,
        { eps: 0 },
      );
      for (const m of mean(y, axes).reshape([-1]).data) expect(m).toBeCloseTo(0, 14);
      for (const v of mean(square(y), axes).reshape([-1]).data) expect(v).toBeCloseTo(1, 14);
    }
  });

  it('is 0 where all are equal, with a finite gradient; NaN there without eps', () => {
    expect((standardize(x).toArray() as number[][])[1]).toEqual([0, 0, 0]);
    const gradient = grad((at: Tensor) => sum(standardize(at).mul(tensor([1, 0, 0]))))(x).toArray() as number[][];
    expect(gradient.flat().every(Number.isFinite)).toBe(true);
    expect((standardize(x, -1, { eps: 0 }).toArray() as number[][])[1]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('layerNorm and rmsNorm', () => {
  it('apply scale and shift along the normalised axes', () => {
    const options = { eps: 0, scale: tensor([10, 20]), shift: tensor([1, 2]) };
    expect(
      layerNorm(
        tensor([
          [1, 1, 1],
          [3, 3, 3],
        ]),
        0,
        options,
      ).toArray(),
    ).toEqual([
      [-9, -9, -9],
      [22, 22, 22],
    ]);
    expect(rmsNorm(tensor([[2], [-2]]), 0, { ...options, eps: 0 }).toArray()).toEqual([[11], [-18]]);
  });

  it('take zeros, nothing in other axes, and float32', () => {
    expect(rmsNorm(tensor([0, 0])).toArray()).toEqual([0, 0]);
    expect(grad((at: Tensor) => sum(rmsNorm(at)))(tensor([0, 0])).toArray()).toEqual([1000, 1000]);
    expect(layerNorm(tensor([], { shape: [0, 3] })).shape).toEqual([0, 3]);
    expect(rmsNorm(tensor([3, 4], { dtype: 'float32' })).dtype).toBe('float32');
  });

  it('refuse what does not fit, by their own names', () => {
    expect(() => layerNorm(tensor([], { shape: [2, 0] }))).toThrow(
      'layerNorm: axis 1 of f64[2,0] is empty, and nothing has no layerNorm. Check x.size first.',
    );
    expect(() => rmsNorm(x, 2)).toThrow('rmsNorm: axis 2 is out of range for f64[2,3]: axes are -2…1.');
    expect(() => rmsNorm(tensor([1], { dtype: 'int32' }))).toThrow(
      "rmsNorm: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64').",
    );
    expect(() => layerNorm(x, -1, { scale: tensor([1, 2]) })).toThrow(
      'layerNorm: scale is f64[2], but the axes [1] of f64[2,3] have the extents [3].',
    );
    expect(() => layerNorm(x, -1, { shift: tensor([1, 2, 3], { dtype: 'float32' }) })).toThrow(
      "layerNorm: cannot mix f64[2,3] with f32[3]. Convert one with cast(x, 'float64').",
    );
  });
});

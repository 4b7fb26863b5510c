import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, jvp, logSoftmax, logSumExp, softmax, sum } from '../index.ts';

const inf = Number.POSITIVE_INFINITY;

describe('logSumExp', () => {
  it('does not overflow or vanish', () => {
    expect(logSumExp(tensor([1e300, 1e300])).item()).toBe(1e300);
    expect(logSumExp(tensor([-1e5, -1e5])).item()).toBeCloseTo(-1e5 + Math.LN2, 9);
  });

  it('takes −∞, +∞ and NaN rows', () => {
    const x = tensor([
      [-inf, -inf],
      [-inf, 3],
      [inf, 1],
      [Number.NaN, 1],
    ]);
    expect(logSumExp(x, [1]).toArray()).toEqual([-inf, 3, inf, Number.NaN]);
  });

  it('has a gradient without NaN in rows whose value is finite', () => {
    const x = tensor([
      [-inf, -inf],
      [-inf, 3],
      [1, 1],
    ]);
    const gradient = grad((at: Tensor) => sum(logSumExp(at, [1])))(x).toArray() as number[][];
    expect(gradient.slice(1)).toEqual([
      [0, 1],
      [0.5, 0.5],
    ]);
  });

  it('keeps axes, takes scalars, and refuses empty axes', () => {
    expect(logSumExp(tensor([[0, 0]]), [1], { keepDims: true }).shape).toEqual([1, 1]);
    expect(logSumExp(tensor(2)).item()).toBe(2);
    expect(() => logSumExp(tensor([]))).toThrow(
      'logSumExp: axis 0 of f64[0] is empty, and nothing has no logSumExp. Check x.size first.',
    );
  });
});

describe('softmax and logSoftmax', () => {
  it('are along the last axis by default, and sum to 1', () => {
    const x = tensor([
      [1000, 1000],
      [0, -inf],
    ]);
    expect(softmax(x).toArray()).toEqual([
      [0.5, 0.5],
      [1, 0],
    ]);
    expect(sum(softmax(tensor([1, 2, 3]))).item()).toBeCloseTo(1, 15);
    expect(logSoftmax(tensor([0, -1000, -inf])).toArray()).toEqual([0, -1000, -inf]);
  });

  it('have no NaN in their gradients beside −∞', () => {
    const x = tensor([0, -inf, 1]);
    const gradient = grad((at: Tensor) => softmax(at).at(0))(x).toArray() as number[];
    expect(gradient[1]).toBeCloseTo(0, 300);
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect((grad((at: Tensor) => logSoftmax(at).at(0))(x).toArray() as number[]).every(Number.isFinite)).toBe(true);
  });

  it('move with x only relative to each other', () => {
    const shift = jvp((x: Tensor) => softmax(x), tensor([1, 2, 4]), tensor([1, 1, 1])).tangent;
    for (const t of shift.data) expect(t).toBeCloseTo(0, 15);
  });

  it('refuse scalars, integers and empty axes', () => {
    expect(() => softmax(tensor(1))).toThrow(/^softmax: axis -1 .*a scalar has no axes/);
    expect(() => logSoftmax(tensor([]))).toThrow(
      'logSoftmax: axis 0 of f64[0] is empty, and nothing has no logSoftmax. Check x.size first.',
    );
    expect(softmax(tensor([], { shape: [0, 3] })).shape).toEqual([0, 3]);
    expect(() => softmax(tensor([1], { dtype: 'int32' }))).toThrow(
      "softmax: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64').",
    );
  });
});

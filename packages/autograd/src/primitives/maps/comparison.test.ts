import { tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import {
  equal,
  isFinite as finite,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
} from '../../index.ts';

describe('comparisons', () => {
  const x = tensor([1, 2, 3, Number.NaN, 0]);
  const y = tensor([2, 2, 2, Number.NaN, -0]);

  it.each([
    ['equal', equal, [0, 1, 0, 0, 1]],
    ['notEqual', notEqual, [1, 0, 1, 1, 0]],
    ['less', less, [1, 0, 0, 0, 0]],
    ['lessEqual', lessEqual, [1, 1, 0, 0, 1]],
    ['greater', greater, [0, 0, 1, 0, 0]],
    ['greaterEqual', greaterEqual, [0, 1, 1, 0, 1]],
  ] as const)('%s gives bools, also beside NaN and −0', (_, op, expected) => {
    expect(op(x, y).dtype).toBe('bool');
    expect([...op(x, y).data]).toEqual(expected);
    expect(op(tensor([]), 1).shape).toEqual([0]);
    expect(op(tensor([[1], [2]]), tensor([1, 2, 3])).shape).toEqual([2, 3]);
  });

  it('compare bools and integers, and do not mix dtypes', () => {
    expect([...equal(tensor([true, false]), tensor([true, true])).data]).toEqual([1, 0]);
    expect([...less(tensor([1, 2], { dtype: 'int32' }), 2).data]).toEqual([1, 0]);
    expect(() => equal(tensor([1], { dtype: 'int32' }), tensor([1]))).toThrow(
      "equal: cannot mix i32[1] with f64[1]. Convert one with cast(x, 'float64').",
    );
  });
});

describe('logical ops', () => {
  const a = tensor([true, true, false, false]);
  const b = tensor([true, false, true, false]);

  it('have their truth tables', () => {
    expect([...logicalAnd(a, b).data]).toEqual([1, 0, 0, 0]);
    expect([...logicalOr(a, b).data]).toEqual([1, 1, 1, 0]);
    expect([...logicalNot(a).data]).toEqual([0, 0, 1, 1]);
  });

  it('refuse numbers', () => {
    expect(() => logicalNot(tensor([1]))).toThrow("logicalNot: takes bool, got f64[1]. Convert with cast(x, 'bool').");
  });

  it('isFinite finds NaN and infinities', () => {
    const values = tensor([0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE]);
    expect([...finite(values).data]).toEqual([1, 0, 0, 0, 1]);
  });
});

import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { div, grad, greater, log, notEqual, sum, trace, vjp, where, whereSafe } from '../index.ts';

const cond = tensor([true, false, true]);

describe('where', () => {
  it('broadcasts all three, and adopts numbers', () => {
    expect(where(cond, 1, 2).toArray()).toEqual([1, 2, 1]);
    expect(where(tensor([[true], [false]]), tensor([1, 2, 3]), tensor(9)).toArray()).toEqual([
      [1, 2, 3],
      [9, 9, 9],
    ]);
    expect(where(cond, tensor([1, 2, 3], { dtype: 'int32' }), 0).dtype).toBe('int32');
    expect(where(tensor([]).greater(0), 1, 2).shape).toEqual([0]);
  });

  it('sends the cotangent to what was chosen', () => {
    const { pullback } = vjp(([x, y]: [Tensor, Tensor]) => where(cond, x, y), [tensor([1, 2, 3]), tensor(4)]);
    expect(pullback(tensor([10, 20, 30])).map((ct) => ct.toArray())).toEqual([[10, 0, 30], 20]);
  });

  it('follows IEEE: an infinite branch that is not taken makes NaN, which whereSafe avoids', () => {
    const x = tensor([0, 2]);
    const plain = (at: Tensor) => sum(where(notEqual(at, 0), div(at, at), 0));
    expect(grad(plain)(x).toArray()).toEqual([Number.NaN, 0]);
    const safe = (at: Tensor) => sum(where(greater(at, 0), whereSafe(greater(at, 0), log, at, 1), 0));
    expect(grad(safe)(x).toArray()).toEqual([0, 0.5]);
  });

  it('is one map in a Program, with its numbers as scalars', () => {
    const program = trace((c: Tensor, x: Tensor) => where(c, x, 0), cond, tensor([1, 2, 3]));
    expect(program.equations.map(({ primitive }) => primitive.name)).toEqual(['broadcastTo', 'where']);
  });

  it('refuses a condition that is no bool, and mixed branches', () => {
    expect(() => where(tensor([1]), 1, 2)).toThrow(
      'where: the condition is f64[1], not bool. Compare it: notEqual(cond, 0).',
    );
    expect(() => where(cond, tensor([1, 2, 3], { dtype: 'int32' }), tensor(1))).toThrow(
      "where: cannot mix i32[3] with f64[]. Convert one with cast(x, 'float64').",
    );
  });
});

import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { add, ceil, floor, floorDiv, grad, jvp, mul, remainder, sign, sum, vjp } from '../../index.ts';

describe('piecewise constant maps', () => {
  it.each([
    ['sign', sign],
    ['floor', floor],
    ['ceil', ceil],
    ['floorDiv', (x: Tensor) => floorDiv(x, 2)],
  ] as const)('%s has derivative 0 in both modes, and lets others flow', (_, f) => {
    const x = tensor([-1.5, 0, 2.5]);
    const g = (at: Tensor) => sum(add(f(at), mul(at, 3)));
    expect(grad(g)(x).toArray()).toEqual([3, 3, 3]);
    expect(jvp(g, x, tensor([1, 0, 0])).tangent.item()).toBe(3);
    expect(jvp((at: Tensor) => f(at), x, tensor([1, 1, 1])).tangent.toArray()).toEqual([0, 0, 0]);
  });

  it('keep −0, NaN and ∞', () => {
    const values = [-0, Number.NaN, Number.NEGATIVE_INFINITY];
    expect(floor(tensor(values)).toArray()).toEqual(values);
    expect(ceil(tensor(values)).toArray()).toEqual(values);
    expect(sign(tensor(values)).toArray()).toEqual([-0, Number.NaN, -1]);
  });
});

describe('floorDiv and remainder', () => {
  it('go together for every sign, as floats and integers', () => {
    for (const dtype of ['float64', 'int32'] as const) {
      const x = tensor([7, -7, 7, -7], { dtype });
      const y = tensor([3, 3, -3, -3], { dtype });
      expect(floorDiv(x, y).toArray()).toEqual([2, -3, -3, 2]);
      expect(remainder(x, y).toArray()).toEqual([1, 2, -2, -1]);
      expect(add(mul(floorDiv(x, y), y), remainder(x, y)).toArray()).toEqual(x.toArray());
    }
  });

  it('give 0 for integers divided by 0, and IEEE values for floats', () => {
    const zero = tensor([0], { dtype: 'int32' });
    expect(floorDiv(tensor([5], { dtype: 'int32' }), zero).toArray()).toEqual([0]);
    expect(remainder(tensor([5], { dtype: 'int32' }), zero).toArray()).toEqual([0]);
    expect([floorDiv(tensor(5), 0).item(), remainder(tensor(5), 0).item()]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it('remainder has derivatives 1 and −⌊x / y⌋', () => {
    const { pullback } = vjp(([x, y]: [Tensor, Tensor]) => remainder(x, y), [tensor(7.5), tensor(2)]);
    expect(pullback(tensor(1)).map((ct) => ct.item())).toEqual([1, -3]);
  });
});

import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { flip, transpose, vjp } from '../index.ts';

const x = tensor([1, 2, 3, 4, 5, 6], { shape: [1, 2, 3] });

describe('transpose', () => {
  it('reverses the axes, or permutes them, and its pullback puts them back', () => {
    expect(transpose(x).toArray()).toEqual([
      [[1], [4]],
      [[2], [5]],
      [[3], [6]],
    ]);
    expect(transpose(x, [2, 0, -2]).shape).toEqual([3, 1, 2]);
    const { value, pullback } = vjp((at: Tensor) => transpose(at, [2, 0, 1]), x);
    expect(pullback(value).toArray()).toEqual(x.toArray());
  });

  it('takes scalars and empty tensors', () => {
    expect(transpose(tensor(3)).item()).toBe(3);
    expect(transpose(tensor([], { shape: [0, 5] })).shape).toEqual([5, 0]);
  });

  it('refuses what is no permutation', () => {
    expect(() => transpose(x, [0, 1])).toThrow('transpose: [0,1] does not name each axis of f64[1,2,3] once.');
    expect(() => transpose(x, [0, 1, 1])).toThrow('transpose: [0,1,1] does not name each axis of f64[1,2,3] once.');
  });
});

describe('flip', () => {
  it('reverses the axes it is given, all of them by default, and undoes itself', () => {
    expect(flip(x).toArray()).toEqual([
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ]);
    expect(flip(x, -1).toArray()).toEqual([
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ]);
    const { value, pullback } = vjp((at: Tensor) => flip(at, [1]), x);
    expect(pullback(value).toArray()).toEqual(x.toArray());
    expect(flip(tensor([], { shape: [0, 2] })).shape).toEqual([0, 2]);
  });
});

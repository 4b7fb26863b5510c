import { type DType, dtypes, fromStorage, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { add, cast, grad, mul, sum } from '../index.ts';

describe('cast', () => {
  it('to int32 truncates, saturates, and makes NaN 0', () => {
    const x = tensor([1.9, -1.9, 1e10, -1e10, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(cast(x, 'int32').toArray()).toEqual([1, -1, 2147483647, -2147483648, 0, 2147483647]);
  });

  it('to bool is x ≠ 0; from bool and int32 it is exact', () => {
    expect([...cast(tensor([0, -0, 0.5, Number.NaN]), 'bool').data]).toEqual([0, 0, 1, 1]);
    expect(cast(tensor([true, false]), 'float64').toArray()).toEqual([1, 0]);
  });

  it('goes from every dtype to every dtype', () => {
    const values = [0, 1, -3, 2.7, -0.4, 1e300, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 31, 1 + 2 ** -30];
    const [low, high] = [-(2 ** 31), 2 ** 31 - 1];
    const held: Record<DType, (x: number) => number> = {
      float64: (x) => x,
      float32: Math.fround,
      int32: (x) => (Number.isNaN(x) ? 0 : Math.min(high, Math.max(low, Math.trunc(x))) + 0),
      bool: (x) => (x !== 0 ? 1 : 0),
    };
    const all = Object.keys(held) as DType[]; // its keys
    for (const from of all) {
      const x = fromStorage(dtypes[from].allocate(values.length), from, [values.length]);
      values.forEach((value, i) => {
        x.storage[i] = held[from](value);
      });
      for (const to of all) {
        const y = cast(x, to);
        expect(y.dtype).toBe(to);
        expect([...y.data], `${from} to ${to}`).toEqual(Array.from(x.storage, held[to]));
      }
    }
  });

  it('passes cotangents between floats, rounded, and none through integers', () => {
    const f = (x: Tensor) => sum(cast(mul(cast(x, 'float32'), Math.fround(0.1)), 'float64'));
    expect(grad(f)(tensor([1, 2])).toArray()).toEqual([Math.fround(0.1), Math.fround(0.1)]);
    const through = (x: Tensor) => add(sum(cast(cast(x, 'int32'), 'float64')), sum(x));
    expect(grad(through)(tensor([1.5])).toArray()).toEqual([1]);
  });

  it('gives the tensor itself for its own dtype, and names a dtype that is none', () => {
    const x = tensor([1]);
    expect(cast(x, 'float64')).toBe(x);
    expect(() => cast(x, 'float16' as never)).toThrow(
      'cast: "float16" is not a dtype. Use float64, float32, int32, bool.',
    );
  });
});

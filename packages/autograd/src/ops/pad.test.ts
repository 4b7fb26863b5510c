import { tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, mul, type PadOptions, pad, sum, trace } from '../index.ts';

const x = tensor([1, 2, 3]);
const modes: readonly (readonly [PadOptions['mode'], readonly number[]])[] = [
  // numpy.pad([1, 2, 3], (4, 5), mode)
  ['edge', [1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3]],
  ['reflect', [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]],
  ['symmetric', [3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2]],
  ['wrap', [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]],
];

describe('pad', () => {
  it.each(modes)('%s goes on beyond the extent, as in NumPy', (mode, expected) => {
    expect(pad(x, [4], [5], { mode: mode ?? 'edge' }).toArray()).toEqual(expected);
    expect(pad(tensor([7]), [1], [2], { mode: mode ?? 'edge' }).toArray()).toEqual([7, 7, 7, 7]);
  });

  it('takes a constant, whose gradient is that of what surrounds x', () => {
    expect(pad(tensor([[1]]), [0, 1], [1, 0], { value: -1 }).toArray()).toEqual([
      [-1, 1],
      [-1, -1],
    ]);
    expect(pad(tensor([1], { dtype: 'int32' }), [1], [0], { value: 9 }).toArray()).toEqual([9, 1]);
    expect([...pad(tensor([false]), [1], [0], { value: 1 }).data]).toEqual([1, 0]);
    const weights = tensor([1, 10, 100, 1000]);
    const f = (value: ReturnType<typeof tensor>) => sum(mul(weights, pad(tensor([1, 2]), [1], [1], { value })));
    expect(grad(f)(tensor(3)).item()).toBe(1001);
  });

  it('keeps ∞ and NaN where they are, and pads nothing with 0', () => {
    const odd = tensor([Number.POSITIVE_INFINITY, Number.NaN]);
    expect(pad(odd, [1], [1]).toArray()).toEqual([0, Number.POSITIVE_INFINITY, Number.NaN, 0]);
    expect(pad(odd, [1], [1], { value: 2 }).toArray()).toEqual([2, Number.POSITIVE_INFINITY, Number.NaN, 2]);
    expect(pad(tensor([], { shape: [0, 2] }), [0, 1], [0, 1], { mode: 'wrap' }).shape).toEqual([0, 4]);
    expect(pad(tensor(5), [], [], { mode: 'edge' }).item()).toBe(5);
  });

  it('records one gather for each axis that grows', () => {
    const program = trace((y) => pad(y, [0, 2], [0, 1], { mode: 'wrap' }), tensor([[1, 2]]));
    expect(program.equations.map(({ primitive }) => primitive.name)).toEqual(['gather']);
  });

  it('refuses what it cannot do', () => {
    expect(() => pad(x, [1], [1], { mode: 'mean' as never })).toThrow(
      'pad: "mean" is not a mode. Use constant, edge, reflect, symmetric, wrap.',
    );
    expect(() => pad(tensor([], { shape: [0, 2] }), [1, 0], [0, 0], { mode: 'edge' })).toThrow(
      'pad: axis 0 of f64[0,2] is empty: there is nothing for edge to repeat.',
    );
    expect(() => pad(x, [-1], [0], { mode: 'edge' })).toThrow(
      'pad: [-1] and [0] are not counts ≥ 0, one per axis of f64[3].',
    );
    expect(() => pad(x, [1], [0], { value: tensor(true) })).toThrow(
      "pad: cannot mix f64[3] with bool[]. Convert one with cast(x, 'float64').",
    );
    expect(() => pad(x, [1], [0], { value: x })).toThrow('pad: the constant is f64[3], not a scalar.');
  });
});

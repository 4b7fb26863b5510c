import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../dtype.ts';
import { type Shape, sizeOf, stridesOf } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { anyTensors, broadcastablePairs, shapes } from '../testing/arbitraries.ts';
import { firstDifference } from '../testing/close.ts';
import { allocate } from './allocate.ts';
import { broadcastTo, concat, flip, pad, reshape, slice, transpose } from './layout.ts';

const dtype = fc.constantFrom<DType>('float64', 'float32', 'int32', 'bool');
const any = (shape: fc.Arbitrary<Shape> = shapes({ maxRank: 4 })) =>
  dtype.chain((d) => anyTensors({ dtype: d, shape }));

/** Builds a tensor by asking for every index of its shape: the oracle, with no strides and no merging. */
function built(shape: Shape, dtype: DType, at: (index: readonly number[]) => number): Concrete {
  const out = allocate(dtype, sizeOf(shape));
  for (let flat = 0; flat < out.length; flat++) {
    let rest = flat;
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = shape[axis] ?? 1;
      index[axis] = rest % extent;
      rest = Math.floor(rest / extent);
    }
    out[flat] = at(index);
  }
  return new Concrete(out, dtype, shape);
}

const read = (x: Concrete, index: readonly number[]): number => {
  const strides = stridesOf(x.shape);
  return x.storage[index.reduce((sum, i, axis) => sum + i * (strides[axis] ?? 0), 0)] ?? Number.NaN;
};
const expectSame = (a: Concrete, b: Concrete) => expect(firstDifference(a, b)).toBe(null);
/** One of `choose` per axis of x. */
const perAxis = <T>(x: Concrete, choose: (extent: number) => fc.Arbitrary<T>) => fc.tuple(...x.shape.map(choose));

describe('every element is where an index-by-index definition puts it', () => {
  test('broadcastTo', () => {
    const pairs = broadcastablePairs({ maxRank: 4 }).chain(([from, other]) =>
      fc.tuple(any(fc.constant(from)), fc.constant(other)),
    );
    fc.assert(
      fc.property(pairs, ([x, other]) => {
        const rank = Math.max(x.rank, other.length);
        const extent = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1;
        const to = Array.from({ length: rank }, (_, axis) =>
          extent(x.shape, axis) === 1 ? extent(other, axis) : extent(x.shape, axis),
        );
        const expected = built(to, x.dtype, (index) =>
          read(
            x,
            x.shape.map((n, axis) => (n === 1 ? 0 : (index[axis + rank - x.rank] ?? 0))),
          ),
        );
        expectSame(broadcastTo(x, to), expected);
      }),
    );
  });

  test('transpose', () => {
    const cases = any().chain((x) => {
      const axes = x.shape.map((_, axis) => axis);
      return fc.tuple(fc.constant(x), fc.shuffledSubarray(axes, { minLength: axes.length }));
    });
    fc.assert(
      fc.property(cases, ([x, permutation]) => {
        const shape = permutation.map((axis) => x.shape[axis] ?? 0);
        const expected = built(shape, x.dtype, (index) => {
          const from = x.shape.map(() => 0);
          permutation.forEach((axis, k) => {
            from[axis] = index[k] ?? 0;
          });
          return read(x, from);
        });
        expectSame(transpose(x, permutation), expected);
      }),
    );
  });

  test('slice, and pad as its adjoint', () => {
    const range = (n: number) =>
      fc
        .tuple(fc.nat({ max: n }), fc.nat({ max: n }), fc.integer({ min: 1, max: 4 }))
        .map(([a, b, step]) => [Math.min(a, b), Math.max(a, b), step] as const);
    const cases = any().chain((x) => fc.tuple(fc.constant(x), perAxis(x, range)));
    fc.assert(
      fc.property(cases, ([x, ranges]) => {
        const [starts, stops, steps] = [ranges.map((r) => r[0]), ranges.map((r) => r[1]), ranges.map((r) => r[2])];
        const shape = ranges.map(([start, stop, step]) => {
          let count = 0;
          for (let i = start; i < stop; i += step) count++;
          return count;
        });
        const part = slice(x, starts, stops, steps);
        expectSame(
          part,
          built(shape, x.dtype, (index) =>
            read(
              x,
              index.map((i, axis) => (starts[axis] ?? 0) + i * (steps[axis] ?? 1)),
            ),
          ),
        );
        // back to where it came from, zeros elsewhere
        const reach = shape.map((n, axis) => (starts[axis] ?? 0) + (n === 0 ? 0 : (n - 1) * (steps[axis] ?? 1) + 1));
        const back = pad(
          part,
          starts,
          x.shape.map((n, axis) => n - (reach[axis] ?? 0)),
          steps.map((step) => step - 1),
        );
        const kept = (index: readonly number[]) =>
          index.every(
            (i, axis) =>
              i >= (starts[axis] ?? 0) &&
              i < (stops[axis] ?? 0) &&
              (i - (starts[axis] ?? 0)) % (steps[axis] ?? 1) === 0,
          );
        expectSame(
          back,
          built(x.shape, x.dtype, (index) => (kept(index) ? read(x, index) : 0)),
        );
      }),
    );
  });

  test('flip', () => {
    const cases = any().chain((x) => fc.tuple(fc.constant(x), fc.subarray(x.shape.map((_, axis) => axis))));
    fc.assert(
      fc.property(cases, ([x, axes]) => {
        const expected = built(x.shape, x.dtype, (index) =>
          read(
            x,
            index.map((i, axis) => (axes.includes(axis) ? (x.shape[axis] ?? 0) - 1 - i : i)),
          ),
        );
        expectSame(flip(x, axes), expected);
      }),
    );
  });

  test('concat', () => {
    const cases = fc
      .tuple(
        shapes({ maxRank: 3 }).filter((s) => s.length > 0),
        dtype,
        fc.nat(),
      )
      .chain(([shape, d, pick]) => {
        const axis = pick % shape.length;
        const part = fc
          .nat({ max: 4 })
          .chain((n) => anyTensors({ dtype: d, shape: shape.map((e, k) => (k === axis ? n : e)) }));
        return fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constant(axis));
      });
    fc.assert(
      fc.property(cases, ([xs, axis]) => {
        const [first] = xs;
        if (first === undefined) return;
        const owners = xs.flatMap((x) => Array.from({ length: x.shape[axis] ?? 0 }, (_, i) => ({ x, i })));
        const shape = first.shape.map((n, k) => (k === axis ? owners.length : n));
        const expected = built(shape, first.dtype, (index) => {
          const owner = owners[index[axis] ?? 0];
          return owner
            ? read(
                owner.x,
                index.map((i, k) => (k === axis ? owner.i : i)),
              )
            : Number.NaN;
        });
        expectSame(concat(xs, axis), expected);
      }),
    );
  });
});

test('pad fills with a value, −0 and NaN included, also around nothing', () => {
  const x = new Concrete(Float64Array.of(1, 2), 'float64', [2]);
  expect(Array.from(pad(x, [1], [2], [1], -0).storage)).toEqual([-0, 1, -0, 2, -0, -0]);
  const empty = new Concrete(new Float64Array(0), 'float64', [0]);
  expect(Array.from(pad(empty, [1], [1], [3], Number.NaN).storage)).toEqual([Number.NaN, Number.NaN]);
});

test('reshape shares its memory', () => {
  const x = new Concrete(Float64Array.of(1, 2, 3, 4, 5, 6), 'float64', [2, 3]);
  expect(reshape(x, [3, 2]).storage).toBe(x.storage);
  expect(reshape(x, [3, 2]).shape).toEqual([3, 2]);
});

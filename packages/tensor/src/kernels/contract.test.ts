import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../dtype.ts';
import { sizeOf, stridesOf } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { type ContractSpec, contract } from './contract.ts';

/** DESIGN's sentence, index by index: one accumulator from +0, ascending, multiply rounded, then add rounded. */
function naive(a: Concrete, b: Concrete, spec: ContractSpec): number[] {
  const round = (x: number) => (a.dtype === 'float32' ? Math.fround(x) : x);
  const extents = new Map<number, number>();
  spec.a.forEach((label, axis) => {
    extents.set(label, a.shape[axis] ?? 0);
  });
  spec.b.forEach((label, axis) => {
    extents.set(label, b.shape[axis] ?? 0);
  });
  const summed = spec.a.filter((label) => !spec.out.includes(label));
  const at = (x: Concrete, labels: readonly number[], index: Map<number, number>): number => {
    const strides = stridesOf(x.shape);
    return x.storage[
      labels.reduce((sum, label, axis) => sum + (index.get(label) ?? 0) * (strides[axis] ?? 0), 0)
    ] as number;
  };
  const results: number[] = [];
  for (const out of indices(spec.out.map((label) => extents.get(label) ?? 0))) {
    let total = 0;
    for (const inner of indices(summed.map((label) => extents.get(label) ?? 0))) {
      const index = new Map<number, number>();
      spec.out.forEach((label, k) => {
        index.set(label, out[k] ?? 0);
      });
      summed.forEach((label, k) => {
        index.set(label, inner[k] ?? 0);
      });
      const [x, y] = [at(a, spec.a, index), at(b, spec.b, index)];
      total = a.dtype === 'int32' ? (total + Math.imul(x, y)) | 0 : round(total + round(x * y));
    }
    results.push(total);
  }
  return results;
}

function indices(shape: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const extent of shape) all = all.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i]));
  return all;
}

let state = 1;
const next = () => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state / 0x40000000 - 1;
};
function filled(shape: readonly number[], dtype: DType): Concrete {
  const storage = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < storage.length; i++) storage[i] = dtype === 'int32' ? next() * 2 ** 31 : next();
  return new Concrete(storage, dtype, shape);
}

const dtypes: DType[] = ['float64', 'float32', 'int32'];
const same = (actual: Concrete, expected: readonly number[]) =>
  expect(Array.from(actual.storage, String)).toEqual(expected.map((x) => String(x)));

describe('contract equals the naive loop bit for bit', () => {
  const named: [string, ContractSpec, number[]][] = [
    ['matrix product', { a: [0, 1], b: [1, 2], out: [0, 2] }, [7, 5, 6]],
    ['left transposed', { a: [1, 0], b: [1, 2], out: [0, 2] }, [9, 13, 11]],
    ['right transposed', { a: [0, 1], b: [2, 1], out: [0, 2] }, [4, 8, 5]],
    ['out transposed', { a: [0, 1], b: [1, 2], out: [2, 0] }, [5, 3, 9]],
    ['outer product', { a: [0], b: [2], out: [0, 2] }, [6, 1, 7]],
    ['inner product', { a: [1], b: [1], out: [] }, [1, 37, 1]],
    ['matrix times vector', { a: [0, 1], b: [1], out: [0] }, [11, 6, 1]],
    ['vector times matrix', { a: [1], b: [1, 2], out: [2] }, [1, 6, 11]],
    ['batched', { a: [3, 0, 1], b: [3, 1, 2], out: [3, 0, 2] }, [5, 4, 3, 2]],
    ['elementwise', { a: [0, 2], b: [2, 0], out: [0, 2] }, [3, 1, 4]],
    ['two contracted labels, b in the other order', { a: [0, 1, 3], b: [3, 1, 2], out: [0, 2] }, [4, 3, 5, 6]],
    ['scalars', { a: [], b: [], out: [] }, []],
  ];
  for (const [name, spec, extents] of named) {
    for (const dtype of dtypes) {
      test(`${name}, ${dtype}`, () => {
        const a = filled(
          spec.a.map((label) => extents[label] ?? 0),
          dtype,
        );
        const b = filled(
          spec.b.map((label) => extents[label] ?? 0),
          dtype,
        );
        same(contract(a, b, spec), naive(a, b, spec));
      });
    }
  }

  test('random labels, orders and extents, zero and one included', () => {
    const spec = fc
      .array(fc.record({ in: fc.constantFrom('ab', 'ao', 'bo', 'abo'), extent: fc.constantFrom(0, 1, 2, 3, 5, 9) }), {
        maxLength: 5,
      })
      .chain((labels) => {
        const having = (letter: string) => {
          const list = labels.flatMap((l, k) => (l.in.includes(letter) ? [k] : []));
          return fc.shuffledSubarray(list, { minLength: list.length });
        };
        return fc.record({
          labels: fc.constant(labels),
          a: having('a'),
          b: having('b'),
          out: having('o'),
          dtype: fc.constantFrom(...dtypes),
        });
      });
    fc.assert(
      fc.property(spec, ({ labels, a, b, out, dtype }) => {
        const x = filled(
          a.map((k) => labels[k]?.extent ?? 0),
          dtype,
        );
        const y = filled(
          b.map((k) => labels[k]?.extent ?? 0),
          dtype,
        );
        const actual = contract(x, y, { a, b, out });
        expect(actual.shape).toEqual(out.map((k) => labels[k]?.extent));
        same(actual, naive(x, y, { a, b, out }));
      }),
      { numRuns: 300 },
    );
  });
});

test('an empty contraction is +0, and 0 · ∞ is NaN', () => {
  const product: ContractSpec = { a: [0, 1], b: [1, 2], out: [0, 2] };
  same(contract(filled([2, 0], 'float64'), filled([0, 3], 'float64'), product), [0, 0, 0, 0, 0, 0]);
  const zero = new Concrete(Float64Array.of(0), 'float64', [1, 1]);
  const infinite = new Concrete(Float64Array.of(Number.POSITIVE_INFINITY), 'float64', [1, 1]);
  same(contract(zero, infinite, product), [Number.NaN]);
});

test('sums start at +0: a product of −0 gives +0', () => {
  const minus = new Concrete(Float64Array.of(-0), 'float64', [1]);
  const one = new Concrete(Float64Array.of(1), 'float64', [1]);
  expect(Object.is(contract(minus, one, { a: [0], b: [0], out: [] }).item(), 0)).toBe(true);
});

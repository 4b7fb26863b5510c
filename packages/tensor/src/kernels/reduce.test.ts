import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DType, Storage } from '../dtype.ts';
import { sizeOf } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { anyTensors } from '../testing/arbitraries.ts';
import { allocate } from './allocate.ts';
import { argmax, max, min, sum } from './reduce.ts';

/** "Element r goes to accumulator r mod 16 within blocks of 4096; the 16 combine by halving; blocks ascending." */
function literal(sequence: readonly number[], dtype: DType): number {
  const add = (x: number, y: number) =>
    dtype === 'float32' ? Math.fround(x + y) : dtype === 'int32' ? (x + y) | 0 : x + y;
  let total = 0;
  for (let block = 0; block * 4096 < sequence.length; block++) {
    let accumulators = new Array<number>(16).fill(0);
    sequence.slice(block * 4096, (block + 1) * 4096).forEach((value, r) => {
      accumulators[r % 16] = add(accumulators[r % 16] ?? 0, value);
    });
    while (accumulators.length > 1) {
      const half = accumulators.length / 2;
      accumulators = accumulators.slice(0, half).map((value, j) => add(value, accumulators[j + half] ?? 0));
    }
    total = add(total, accumulators[0] ?? 0);
  }
  return total;
}

/** The elements that each output is reduced from, in logical row-major order, with no regard to memory. */
function grouped(x: Concrete, axes: readonly number[]): number[][] {
  const kept = x.shape.filter((_, axis) => !axes.includes(axis));
  const sequences = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  for (let flat = 0; flat < x.size; flat++) {
    let rest = flat;
    const index = new Array<number>(x.rank).fill(0);
    for (let axis = x.rank - 1; axis >= 0; axis--) {
      const extent = x.shape[axis] ?? 1;
      index[axis] = rest % extent;
      rest = Math.floor(rest / extent);
    }
    let place = 0;
    for (let axis = 0; axis < x.rank; axis++)
      if (!axes.includes(axis)) place = place * (x.shape[axis] ?? 1) + (index[axis] ?? 0);
    sequences[place]?.push(x.storage[flat] ?? 0);
  }
  return sequences;
}

let state = 7;
function filled(shape: readonly number[], dtype: DType): Concrete {
  const storage: Storage = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < storage.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    storage[i] = dtype === 'int32' ? state : 1e3 ** ((state % 7) - 3) * (state / 0x40000000 - 1);
  }
  return new Concrete(storage, dtype, shape);
}

const cases: [number[], number[]][] = [
  [[], []],
  [[0], [0]],
  [[3, 0], [0]],
  [[3, 0], [1]],
  [[1], [0]],
  [[15], [0]],
  [[16], [0]],
  [[17], [0]],
  [[4095], [0]],
  [[4096], [0]],
  [[4097], [0]],
  [[10007], [0]],
  [[5, 4111], [1]],
  [[4111, 5], [0]],
  [[17, 3], [0]],
  [[16, 3], [0]],
  [[2, 37, 5], [1]],
  [
    [2, 37, 5],
    [0, 1],
  ],
  [
    [2, 37, 5],
    [1, 2],
  ],
  [
    [2, 37, 5],
    [0, 2],
  ],
  [
    [2, 37, 5],
    [0, 1, 2],
  ],
  [
    [3, 19, 2, 31],
    [1, 3],
  ],
  [
    [3, 19, 2, 31],
    [0, 2],
  ],
  [[13, 7], []],
];
for (const dtype of ['float64', 'float32', 'int32'] as const) {
  test.each(cases)(`sum of ${dtype}%j over %j adds in the stated order, bit for bit`, (shape, axes) => {
    const x = filled(shape, dtype);
    const result = sum(x, axes);
    expect(result.shape).toEqual(shape.filter((_, axis) => !axes.includes(axis)));
    expect(Array.from(result.storage, String)).toEqual(
      grouped(x, axes).map((sequence) => String(literal(sequence, dtype))),
    );
  });
}

test('an empty sum is +0, and so is a sum of −0', () => {
  expect(Array.from(sum(new Concrete(new Float64Array(0), 'float64', [2, 0]), [1]).storage)).toEqual([0, 0]);
  expect(Array.from(sum(new Concrete(Float64Array.of(-0, -0), 'float64', [2]), [0]).storage)).toEqual([0]);
});

test('max and min against a naive scan of any bits, and argmax against the first of the largest', () => {
  const cases = fc.tuple(
    anyTensors({ shape: [3, 5, 2] }),
    fc.constantFrom([0], [1], [2], [0, 2], [0, 1], [1, 2], [0, 1, 2], []),
  );
  fc.assert(
    fc.property(cases, ([x, axes]) => {
      expect(Array.from(max(x, axes).storage)).toEqual(grouped(x, axes).map((group) => Math.max(...group)));
      expect(Array.from(min(x, axes).storage)).toEqual(grouped(x, axes).map((group) => Math.min(...group)));
      for (const axis of [0, 1, 2]) {
        const first = grouped(x, [axis]).map((group) =>
          group.some(Number.isNaN) ? group.findIndex(Number.isNaN) : group.indexOf(Math.max(...group)),
        );
        expect(Array.from(argmax(x, axis).storage)).toEqual(first);
      }
    }),
  );
});

test('max orders −0 below +0, argmax does not', () => {
  const x = new Concrete(Float64Array.of(-0, 0), 'float64', [2]);
  expect(max(x, [0]).item()).toBe(0);
  expect(min(x, [0]).item()).toBe(-0);
  expect(argmax(x, 0).item()).toBe(0);
});

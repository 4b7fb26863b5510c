import { Concrete, type DType, kernels } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import type { Access, GatherKernel, RecurrenceKernel, ScatterKernel } from '../plan/ir.ts';
import { KernelBench } from '../testing/run-kernel.ts';
import { bitsFrom, firstDifference, ordinary } from '../testing/samples.ts';
import { emitGather } from './gather.ts';
import { emitRecurrence } from './recurrence.ts';
import { emitScatter } from './scatter.ts';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);
const rowMajor = (shape: readonly number[]): number[] => shape.map((_, at) => sizeOf(shape.slice(at + 1)));
const access = (buffer: number, strides: readonly number[], offset = 0): Access => ({
  buffer,
  offset,
  strides,
  steps: [],
});

interface Indexed {
  readonly dtype: DType;
  readonly before: readonly number[];
  readonly extent: number;
  readonly after: readonly number[];
  readonly indices: readonly number[];
  readonly threads?: number;
  readonly split?: { readonly axis: number; readonly grain: number };
  /** Put first among the indices. */
  readonly first?: number;
}

/** A tensor [before, extent, after] and indices in place of its middle axis: the accesses of a gather from it, or a scatter into it. */
function setUp({ dtype, before, extent, after, indices: list, first }: Indexed) {
  const [whole, sliced] = [
    [...before, extent, ...after],
    [...before, ...list, ...after],
  ];
  const strides = rowMajor(whole);
  const gaps = list.map(() => 0);
  const around = (k: number): number[] => [...strides.slice(0, k), ...gaps, ...strides.slice(k + 1)];
  const zeros = (shape: readonly number[]): number[] => shape.map(() => 0);
  const random = bitsFrom(sizeOf(sliced));
  const indices = Int32Array.from({ length: sizeOf(list) }, () => ((random() >>> 1) % (2 * extent)) - extent);
  if (first !== undefined) indices[0] = first;
  const kernel = {
    dtype,
    shape: sliced,
    indices: access(1, [...zeros(before), ...rowMajor(list), ...zeros(after)]),
    stride: strides[before.length] ?? 0,
    extent,
    trap: 6,
  };
  return { whole, sliced, indices, kernel, moved: around(before.length), flat: rowMajor(sliced) };
}

const status = (bench: KernelBench): number[] => [...new Int32Array(bench.memory.buffer, bench.status, 2)];

function gathers(given: Indexed): number[] {
  const { whole, sliced, indices, kernel, moved, flat } = setUp(given);
  const { dtype, split, threads = 1, before } = given;
  const full: GatherKernel = {
    kind: 'gather',
    ...kernel,
    x: access(0, moved, 2),
    out: access(2, flat),
    ...(split && { split }),
  };
  const buffers = [
    { dtype, length: sizeOf(whole) + 2 },
    { dtype: 'int32' as const, length: indices.length },
    { dtype, length: sizeOf(sliced) + 1 },
  ];
  const bench = new KernelBench(buffers, (emitter, loops) => emitGather(emitter, full, loops));
  const data = ordinary(dtype, sizeOf(whole) + 2);
  bench.write(0, data);
  bench.write(1, indices);
  bench.view(2).fill(77);
  bench.run({ threads });
  if (given.first !== undefined) return status(bench);
  const x = new Concrete(bench.view(0).slice(2) as Float64Array, 'float64', whole);
  const expected = kernels.gather(x, new Concrete(indices, 'int32', given.indices), before.length);
  expect(firstDifference(bench.view(2), [...expected.storage, 77])).toBe(-1);
  return status(bench);
}

function scatters(given: Indexed): number[] {
  const { whole, sliced, indices, kernel, moved, flat } = setUp(given);
  const { dtype, split, threads = 1, before } = given;
  const target = sizeOf(whole);
  const full: ScatterKernel = {
    kind: 'scatter',
    ...kernel,
    target,
    updates: access(0, flat, 1),
    out: access(2, moved, 1),
    ...(split && { split }),
  };
  const buffers = [
    { dtype, length: sizeOf(sliced) + 1 },
    { dtype: 'int32' as const, length: indices.length },
    { dtype, length: target + 2 },
  ];
  const bench = new KernelBench(buffers, (emitter, loops) => emitScatter(emitter, full, loops));
  const data = ordinary(dtype, sizeOf(sliced) + 1);
  data[1] = -0;
  bench.write(0, data);
  bench.write(1, indices);
  bench.view(2).fill(77);
  bench.run({ threads });
  if (given.first !== undefined) return status(bench);
  const updates = new Concrete(bench.view(0).slice(1) as Float64Array, dtype, sliced);
  const expected = kernels.scatterAdd(
    { dtype, shape: whole },
    new Concrete(indices, 'int32', given.indices),
    updates,
    before.length,
  );
  expect(firstDifference(bench.view(2), [77, ...expected.storage, 77])).toBe(-1);
  return status(bench);
}

const shapes: Omit<Indexed, 'dtype'>[] = [
  { before: [], extent: 5, after: [], indices: [9] },
  { before: [], extent: 7, after: [6], indices: [40] },
  { before: [3], extent: 4, after: [5], indices: [2, 3] },
  { before: [6, 2], extent: 3, after: [], indices: [5] },
  { before: [], extent: 4, after: [3, 4], indices: [] },
  { before: [2], extent: 4, after: [1], indices: [1] },
  { before: [], extent: 1, after: [17], indices: [3] },
  { before: [], extent: 3, after: [4], indices: [0] },
];

describe.each(['float64', 'float32', 'int32'] as const)('%s', (dtype) => {
  test('gather', () => {
    for (const shape of shapes) expect(gathers({ dtype, ...shape })).toEqual([0, 0]);
  });
  test('scatter', () => {
    for (const shape of shapes) expect(scatters({ dtype, ...shape })).toEqual([0, 0]);
  });
});

test('threads share slices, and a gather its indices', () => {
  const given = { dtype: 'float32', before: [3], extent: 4, after: [13], indices: [7] } as const;
  for (const threads of [1, 2, 5]) {
    for (const axis of [0, 1, 2]) {
      gathers({ ...given, threads, split: { axis, grain: 2 } });
      if (axis !== 1) scatters({ ...given, threads, split: { axis, grain: 2 } });
    }
    scatters({ ...given, threads });
  }
});

test('an index out of range is told, and touches nothing', () => {
  const given = { dtype: 'float32', before: [], extent: 4, after: [3], indices: [5] } as const;
  for (const first of [4, -5, 2147483647, -2147483648]) {
    expect(gathers({ ...given, first })).toEqual([7, first]);
    expect(scatters({ ...given, first })).toEqual([7, first]);
  }
});

describe('recurrence', () => {
  const check = (
    dtype: 'float64' | 'float32',
    shape: readonly number[],
    reverse: boolean,
    hasFrom: boolean,
    order: boolean,
  ): void => {
    const size = sizeOf(shape);
    const flat = rowMajor(shape);
    const rank = shape.length;
    // the operand a with its steps side by side
    const turned = [1, ...rowMajor(shape.slice(1)).map((stride) => stride * (shape[0] ?? 0))];
    const splits = rank > 1 ? [undefined, { axis: rank - 1, grain: 4 }] : [undefined];
    for (const split of splits) {
      const kernel: RecurrenceKernel = {
        kind: 'recurrence',
        dtype,
        shape,
        reverse,
        a: access(0, order ? turned : flat),
        b: access(1, flat),
        ...(hasFrom ? { from: access(2, [0, ...flat.slice(1)]) } : {}),
        out: access(3, flat, 1),
        ...(split && { split }),
      };
      const lengths = [size, size, sizeOf(shape.slice(1)), size + 2];
      const bench = new KernelBench(
        lengths.map((length) => ({ dtype, length })),
        (e, loops) => emitRecurrence(e, kernel, loops),
      );
      for (const k of [0, 1, 2]) bench.write(k, ordinary(dtype, lengths[k] ?? 0, k));
      bench.view(3).fill(77);
      bench.run({ threads: 3 });
      const dense = (k: number, own: readonly number[]): Concrete =>
        new Concrete(bench.view(k).slice() as Float64Array, dtype, own);
      const rows = dense(0, [sizeOf(shape.slice(1)), shape[0] ?? 0]);
      const a = order ? new Concrete(kernels.transpose(rows, [1, 0]).storage, dtype, shape) : dense(0, shape);
      const y = kernels.linearRecurrence(a, dense(1, shape), hasFrom ? dense(2, shape.slice(1)) : undefined, reverse);
      expect(firstDifference(bench.view(3), [77, ...y.storage, 77])).toBe(-1);
    }
  };
  test.each([[[1]], [[9]], [[5, 3]], [[4, 17]], [[3, 2, 5]], [[1, 4]], [[0, 3]], [[3, 0]]])('over [%s]', (shape) => {
    for (const dtype of ['float64', 'float32'] as const) {
      for (const reverse of [false, true])
        for (const hasFrom of [false, true]) {
          check(dtype, shape, reverse, hasFrom, false);
          check(dtype, shape, reverse, hasFrom, true);
        }
    }
  });
});

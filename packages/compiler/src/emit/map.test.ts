import type { DType } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import type { Access, MapKernel, Node } from '../plan/ir.ts';
import { KernelBench } from '../testing/run-kernel.ts';
import { bitsFrom, firstDifference, ordinary } from '../testing/samples.ts';
import { emitMap } from './map.ts';

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

function* indices(shape: readonly number[], at: readonly number[] = []): Generator<readonly number[]> {
  const extent = shape[at.length];
  if (extent === undefined) yield at;
  else for (let i = 0; i < extent; i++) yield* indices(shape, [...at, i]);
}

/** A random view of a buffer of its own: axes in any order, some repeated or backwards. */
function randomAccess(
  buffer: number,
  shape: readonly number[],
  random: () => number,
  isStore: boolean,
): { access: Access; length: number } {
  const order = shape.map((_, axis) => axis).sort(() => (random() & 1) - 0.5);
  const strides = shape.map(() => 0);
  let [length, offset] = [1 + (random() & 1), random() & 3];
  const inner = length;
  for (const axis of order) {
    if (!isStore && (random() & 3) === 0) continue;
    strides[axis] = length;
    length *= shape[axis] ?? 1;
  }
  const end = offset + length + inner;
  shape.forEach((extent, axis) => {
    if ((random() & 7) !== 0) return;
    offset += (strides[axis] ?? 0) * Math.max(0, extent - 1);
    strides[axis] = -(strides[axis] ?? 0);
  });
  return { access: { buffer, offset, strides, steps: [{ loop: 5, stride: 2 }] }, length: end + 4 };
}

const types: readonly (readonly [DType, DType])[] = [
  ['float32', 'float32'],
  ['float64', 'float64'],
  ['float32', 'float64'],
  ['int32', 'float64'],
  ['bool', 'float64'],
  ['float64', 'float32'],
  ['float32', 'bool'],
];

/** out0 = cast(x) + y, out1 = x: two loads and two stores, wherever they lie. */
function check(shape: readonly number[], seed: number, threads: number): void {
  const random = bitsFrom(seed);
  const [from, to] = types[(random() >>> 3) % types.length] ?? (['float32', 'float32'] as const);
  const sum = to === 'bool' ? 'float32' : to;
  const views = [0, 1, 2, 3].map((buffer) => randomAccess(buffer, shape, random, buffer > 1));
  const dtypes = [from, sum, to, from] as const;
  const [x, y, out, copy] = views.map(({ access }) => access) as [Access, Access, Access, Access]; // four
  const nodes: Node[] = [
    { kind: 'load', access: x, dtype: from },
    { kind: 'load', access: y, dtype: sum },
    { kind: 'op', op: 'cast', args: [0], dtype: sum },
    { kind: 'op', op: 'add', args: [2, 1], dtype: sum },
    { kind: 'constant', value: 0.25, dtype: sum },
    { kind: 'op', op: to === 'bool' ? 'less' : 'mul', args: [3, 4], dtype: to },
  ];
  const splits = shape.length > 0 && (random() & 1) === 0;
  const kernel: MapKernel = {
    kind: 'map',
    shape,
    nodes,
    stores: [
      { node: 5, access: out },
      { node: 0, access: copy },
    ],
    ...(splits ? { split: { axis: (random() >>> 2) % shape.length, grain: 1 + (random() & 3) } } : {}),
  };
  const buffers = views.map(({ length }, k) => ({ dtype: dtypes[k] ?? 'float32', length }));
  const bench = new KernelBench(buffers, (emitter, loops) => emitMap(emitter, kernel, loops), { loops: [5] });
  for (const k of [0, 1]) bench.write(k, ordinary(dtypes[k] ?? 'float32', buffers[k]?.length ?? 0, seed + k));
  for (const k of [2, 3]) bench.view(k).fill(77);
  const expected = [2, 3].map((k) => bench.view(k).slice());
  const round = sum === 'float32' ? Math.fround : (v: number) => v;
  const step = 2; // t = 1
  for (const index of indices(shape)) {
    const at = (access: Access): number => access.offset + step + dot(access.strides, index);
    const value = bench.view(0)[at(x)] ?? 0;
    const added = round(round(value) + (bench.view(1)[at(y)] ?? 0));
    (expected[0] as Float64Array)[at(out)] = to === 'bool' ? Number(added < 0.25) : added * 0.25; // two lists
    (expected[1] as Float64Array)[at(copy)] = value;
  }
  bench.run({ threads, steps: [1] });
  for (const k of [2, 3]) {
    const wrong = firstDifference(bench.view(k), expected[k - 2] ?? []);
    const detail =
      wrong < 0 ? 'equal' : `store ${k - 2} at ${wrong}: ${bench.view(k)[wrong]}, not ${expected[k - 2]?.[wrong]}`;
    expect({ seed, shape, from, to, detail }).toEqual({ seed, shape, from, to, detail: 'equal' });
  }
}

describe('any layout, in any number of threads', () => {
  const shapes = [
    [],
    [1],
    [3],
    [17],
    [4, 4],
    [5, 3],
    [1, 7, 1],
    [2, 3, 5],
    [3, 1, 13],
    [0],
    [3, 0],
    [2, 2, 2, 3],
    [64],
    [1, 1],
  ];
  for (const shape of shapes) {
    test(`[${shape}]`, () => {
      for (let seed = 0; seed < 60; seed++) check(shape, seed * 31 + shape.length, 1 + (seed % 3));
    });
  }
});

test('stores may overwrite what was loaded', () => {
  const flat: Access = { buffer: 0, offset: 0, strides: [1], steps: [] };
  const backwards: Access = { buffer: 0, offset: 36, strides: [-1], steps: [] };
  for (const access of [flat, backwards]) {
    const kernel: MapKernel = {
      kind: 'map',
      shape: [37],
      nodes: [
        { kind: 'load', access, dtype: 'float32' },
        { kind: 'op', op: 'add', args: [0, 0], dtype: 'float32' },
      ],
      stores: [{ node: 1, access }],
    };
    const bench = new KernelBench([{ dtype: 'float32', length: 40 }], (e, loops) => emitMap(e, kernel, loops));
    bench.view(0).forEach((_, i, list) => {
      list[i] = i;
    });
    bench.run();
    expect([...bench.view(0)]).toEqual(Array.from({ length: 40 }, (_, i) => (i < 37 ? 2 * i : i)));
  }
});

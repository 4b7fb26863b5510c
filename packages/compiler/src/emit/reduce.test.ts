import { Concrete, type DType, kernels } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import type { Access, Node, ReduceKernel } from '../plan/ir.ts';
import { KernelBench } from '../testing/run-kernel.ts';
import { firstDifference, ordinary, samples } from '../testing/samples.ts';
import { emitReduce } from './reduce.ts';

type Combine = ReduceKernel['combine'];
interface Case {
  readonly combine: Combine;
  readonly dtype: DType;
  readonly kept: readonly number[];
  readonly reduced: readonly number[];
  /** The order of the axes in memory; row-major as they stand without it. */
  readonly order?: readonly number[];
  /** Axes along which the operand is repeated, or goes backwards. */
  readonly repeated?: readonly number[];
  readonly reversed?: readonly number[];
  readonly square?: boolean;
  readonly split?: { readonly axis: number; readonly grain: number };
  readonly threads?: number;
  readonly special?: boolean;
}

/** Strides of a row-major tensor whose axes stand in `order`. */
function stridesFor(
  shape: readonly number[],
  { order, repeated = [], reversed = [] }: Case,
): { strides: number[]; offset: number; size: number } {
  const strides = shape.map(() => 0);
  let size = 1;
  for (const axis of [...(order ?? shape.map((_, at) => at))].reverse()) {
    if (repeated.includes(axis)) continue;
    strides[axis] = size;
    size *= shape[axis] ?? 1;
  }
  let offset = 0;
  for (const axis of reversed) {
    offset += (strides[axis] ?? 0) * Math.max(0, (shape[axis] ?? 1) - 1);
    strides[axis] = -(strides[axis] ?? 0);
  }
  return { strides, offset, size };
}

function* indices(shape: readonly number[], at: readonly number[] = []): Generator<readonly number[]> {
  const extent = shape[at.length];
  if (extent === undefined) yield at;
  else for (let i = 0; i < extent; i++) yield* indices(shape, [...at, i]);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

function check(given: Case): void {
  const { combine, dtype, kept, reduced, square = false, split, threads = 1 } = given;
  const shape = [...kept, ...reduced];
  const { strides, offset, size } = stridesFor(shape, given);
  const results = kept.reduce((n, extent) => n * extent, 1);
  const count = reduced.reduce((n, extent) => n * extent, 1);
  const x: Access = { buffer: 0, offset: 3 + offset, strides, steps: [] };
  const outStrides = stridesFor(kept, { ...given, order: kept.map((_, at) => at), repeated: [], reversed: [] }).strides;
  const nodes: Node[] = [{ kind: 'load', access: x, dtype }];
  if (square) nodes.push({ kind: 'op', op: 'mul', args: [0, 0], dtype });
  const outDtype = combine === 'argMaximum' ? 'int32' : dtype;
  const kernel: ReduceKernel = {
    kind: 'reduce',
    combine,
    kept,
    reduced,
    nodes,
    node: nodes.length - 1,
    out: { buffer: 1, offset: 1, strides: outStrides, steps: [] },
    ...(split === undefined ? {} : { split }),
  };
  const buffers = [
    { dtype, length: size + 5 },
    { dtype: outDtype, length: results + 2 },
  ];
  const bench = new KernelBench(buffers, (emitter, loops) => emitReduce(emitter, kernel, loops));
  const data = given.special ? samples(dtype, size + 5) : ordinary(dtype, size + 5);
  bench.write(0, data);
  bench.view(1).fill(77);
  bench.run({ threads });
  const values = new Concrete(bench.view(0).slice(0, 0), dtype, [0]).storage.constructor as Float64ArrayConstructor;
  const list = new values(results * count);
  let next = 0;
  for (const index of indices(shape)) {
    const value = bench.view(0)[x.offset + dot(strides, index)] ?? 0;
    list[next++] = square ? (dtype === 'int32' ? Math.imul(value, value) : value * value) : value;
  }
  const operand = new Concrete(list, dtype, [results, count]);
  const reference = {
    sum: () => kernels.sum(operand, [1]),
    maximum: () => kernels.max(operand, [1]),
    minimum: () => kernels.min(operand, [1]),
    argMaximum: () => kernels.argmax(operand, 1),
  }[combine]();
  const got = bench.view(1);
  expect([got[0], got[results + 1]]).toEqual([77, 77]);
  const at = firstDifference(got.slice(1, results + 1), reference.storage);
  expect(at < 0 ? 'equal' : `${at}: ${got[at + 1]}, not ${reference.storage[at]}`).toBe('equal');
}

const dtypes = ['float64', 'float32', 'int32'] as const;
const combines = ['sum', 'maximum', 'minimum', 'argMaximum'] as const;

describe('every shape', () => {
  for (const combine of combines) {
    for (const dtype of dtypes) {
      const shapes: [number[], number[]][] = [
        [[], [1]],
        [[], [17]],
        [[3], [4]],
        [[3], [37]],
        [
          [2, 3],
          [5, 7],
        ],
        [[17], [16]],
        [[5], [33]],
        [[2], [4099]],
        [[], [8200]],
        [[1], [64, 70]],
      ];
      test(`${combine} of ${dtype}`, () => {
        for (const [kept, reduced] of shapes) {
          if (combine === 'argMaximum' && reduced.length > 1) continue;
          const rank = kept.length + reduced.length;
          const axes = Array.from({ length: rank }, (_, at) => at);
          check({ combine, dtype, kept, reduced });
          check({ combine, dtype, kept, reduced, special: true });
          check({ combine, dtype, kept, reduced, order: [...axes].reverse() });
          check({
            combine,
            dtype,
            kept,
            reduced,
            order: [...axes.slice(kept.length), ...axes.slice(0, kept.length)],
            square: true,
          });
          check({ combine, dtype, kept, reduced, reversed: axes, special: true });
          check({ combine, dtype, kept, reduced, repeated: axes.slice(-1) });
        }
      });
    }
  }
  test('more results than are gathered at a time, in blocks and in ones and twos', () => {
    for (const dtype of dtypes) {
      check({ combine: 'sum', dtype, kept: [2, 301], reduced: [21], order: [0, 2, 1] });
      check({ combine: 'maximum', dtype, kept: [530], reduced: [9], order: [1, 0], special: true });
    }
    const split = { axis: 0, grain: 4 };
    check({ combine: 'sum', dtype: 'float64', kept: [131], reduced: [4100], order: [1, 0], threads: 2, split });
    check({ combine: 'sum', dtype: 'float32', kept: [257], reduced: [2, 31], order: [1, 2, 0] });
  });
  test('nothing to add up', () => {
    for (const dtype of dtypes) {
      check({ combine: 'sum', dtype, kept: [3], reduced: [0] });
      check({ combine: 'sum', dtype, kept: [], reduced: [0, 5] });
      check({ combine: 'sum', dtype, kept: [0], reduced: [4] });
    }
  });
});

describe('threads', () => {
  for (const grain of [1, 4]) {
    for (const threads of [1, 2, 3, 7]) {
      test(`${threads} of them, grain ${grain}`, () => {
        const common = { combine: 'sum', dtype: 'float32', threads } as const;
        check({ ...common, kept: [5, 3], reduced: [40], split: { axis: 0, grain } });
        check({ ...common, kept: [5, 3], reduced: [40], split: { axis: 1, grain } });
        check({ ...common, kept: [37], reduced: [11], order: [1, 0], split: { axis: 0, grain } });
        check({ ...common, kept: [5], reduced: [40] });
      });
    }
  }
});

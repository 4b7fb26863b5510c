import { setFlagsFromString } from 'node:v8';
import type { ScalarOp } from '@throughline/autograd/back-end';
import { kernels } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { emitMap } from '../emit/map.ts';
import type { Access, MapKernel } from '../plan/ir.ts';
import { KernelBench } from '../testing/run-kernel.ts';
import './index.ts';

setFlagsFromString('--experimental-wasm-relaxed-simd'); // Node 20 asks for it

const SIZE = 40000;
const flat = (buffer: number): Access => ({ buffer, offset: 0, strides: [1], steps: [] });
const forms: Record<string, Record<string, ((x: number) => number) | undefined>> = kernels.unaryScalars;

/** The largest error in units of the last place of float32 (at least that of 2⁻¹²⁶). */
function worst(op: ScalarOp, dtype: 'float32' | 'float64', from: number, to: number): number {
  const kernel: MapKernel = {
    kind: 'map',
    shape: [SIZE],
    nodes: [
      { kind: 'load', access: flat(0), dtype },
      { kind: 'op', op, args: [0], dtype },
    ],
    stores: [{ node: 1, access: flat(1) }],
  };
  const bench = new KernelBench(
    [0, 1].map(() => ({ dtype, length: SIZE })),
    (e, loops) => emitMap(e, kernel, loops),
    {
      fast: true,
    },
  );
  for (let i = 0; i < SIZE; i++) bench.view(0)[i] = from + ((to - from) * i) / (SIZE - 1);
  bench.run();
  let most = 0;
  for (let i = 0; i < SIZE; i++) {
    const right = forms[op]?.[dtype]?.(bench.view(0)[i] ?? 0) ?? Number.NaN;
    const unit =
      Math.max(Math.abs(right), 1.1754943508222875e-38) * (dtype === 'float32' ? 1.1920929e-7 : 2.220446049250313e-16);
    const got = bench.view(1)[i] ?? Number.NaN;
    if (Object.is(got, right)) continue;
    most = Math.max(most, Math.abs(got - right) / unit || Number.POSITIVE_INFINITY);
  }
  return most;
}

test.each(['float32', 'float64'] as const)('%s without a promise of bits is still right', (dtype) => {
  for (const op of ['exp', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos', 'expm1'] as const) {
    for (const [from, to] of [
      [-1, 1],
      [-20, 20],
      [-75, 88],
      [-1e-3, 1e-3],
    ] as const) {
      const error = worst(op, dtype, from, to);
      expect({ op, from, error, small: error <= 4 }).toEqual({ op, from, error, small: true });
    }
  }
  for (const op of ['log', 'log1p'] as const) expect(worst(op, dtype, 0.01, 100)).toBeLessThanOrEqual(4);
});

test('at the ends', () => {
  const ends = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, 100, -200];
  const run = (op: ScalarOp): number[] => {
    const kernel: MapKernel = {
      kind: 'map',
      shape: [ends.length],
      nodes: [
        { kind: 'load', access: flat(0), dtype: 'float32' },
        { kind: 'op', op, args: [0], dtype: 'float32' },
      ],
      stores: [{ node: 1, access: flat(1) }],
    };
    const buffers = [0, 1].map(() => ({ dtype: 'float32' as const, length: ends.length }));
    const bench = new KernelBench(buffers, (e, loops) => emitMap(e, kernel, loops), { fast: true });
    bench.write(0, ends);
    bench.run();
    return [...bench.view(1)].map((x) => (Math.abs(x) < 3e-38 ? 0 : x));
  };
  expect(run('exp')).toEqual([Number.POSITIVE_INFINITY, 0, Number.NaN, 1, Number.POSITIVE_INFINITY, 0]);
  expect(run('tanh')).toEqual([1, -1, Number.NaN, 0, 1, -1]);
  expect(run('sigmoid')).toEqual([1, 0, Number.NaN, 0.5, 1, 0]);
});

test('what is nearly nothing is stored as nothing; copies stay', () => {
  const values = [1e-40, -1e-33, 1.1e-33, -7e-34, 0, Number.NaN, 1, 3e-38];
  const kernel: MapKernel = {
    kind: 'map',
    shape: [values.length],
    nodes: [
      { kind: 'load', access: flat(0), dtype: 'float32' },
      { kind: 'op', op: 'neg', args: [0], dtype: 'float32' },
    ],
    stores: [
      { node: 1, access: flat(1) },
      { node: 0, access: flat(2) },
    ],
  };
  const buffers = [0, 1, 2].map(() => ({ dtype: 'float32' as const, length: values.length }));
  const bench = new KernelBench(buffers, (e, loops) => emitMap(e, kernel, loops), { fast: true });
  bench.write(0, values);
  bench.run();
  expect([...bench.view(1)].map((x) => (x === 0 ? 0 : x))).toEqual(
    [0, 1e-33, -1.1e-33, 0, 0, Number.NaN, -1, 0].map(Math.fround),
  );
  expect([...bench.view(2)]).toEqual(values.map(Math.fround));
});

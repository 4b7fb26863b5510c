import type { ScalarOp } from '@throughline/autograd/back-end';
import { type DType, kernels } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import type { Access, MapKernel, Node } from '../plan/ir.ts';
import { KernelBench } from '../testing/run-kernel.ts';
import { firstDifference, samples } from '../testing/samples.ts';
import { emitMap } from './map.ts';

const SIZE = 12003;
const flat = (buffer: number): Access => ({ buffer, offset: 0, strides: [1], steps: [] });

/** out = op(inputs), all of one axis. */
function mapOf(op: ScalarOp, inputs: readonly DType[], to: DType, size: number): KernelBench {
  const loads = inputs.map((dtype, k): Node => ({ kind: 'load', access: flat(k), dtype }));
  const kernel: MapKernel = {
    kind: 'map',
    shape: [size],
    nodes: [...loads, { kind: 'op', op, args: inputs.map((_, k) => k), dtype: to }],
    stores: [{ node: inputs.length, access: flat(inputs.length) }],
  };
  const buffers = [...inputs, to].map((dtype) => ({ dtype, length: size }));
  return new KernelBench(buffers, (emitter, loops) => emitMap(emitter, kernel, loops));
}

function check(op: ScalarOp, inputs: readonly DType[], to: DType, f: (...xs: number[]) => number): void {
  const bench = mapOf(op, inputs, to, SIZE);
  const data = inputs.map((dtype, k) => samples(dtype, SIZE, k));
  for (const [k, values] of data.entries()) bench.write(k, values);
  bench.run();
  const expected = bench.view(inputs.length).slice();
  for (let i = 0; i < SIZE; i++) expected[i] = f(...data.map((values) => values[i] as number));
  const at = firstDifference(bench.view(inputs.length), expected);
  expect(
    at < 0 ? 'equal' : `${data.map((values) => values[at])} → ${bench.view(inputs.length)[at]}, not ${expected[at]}`,
  ).toBe('equal');
}

test('the check can fail', () => {
  expect(() => check('sqrt', ['float32'], 'float32', (x) => Math.fround(Math.sqrt(x) * (1 + 1e-7)))).toThrow();
  expect(() =>
    check('maximum', ['float64', 'float64'], 'float64', (x, y) => (x > y || Number.isNaN(x) ? x : y)),
  ).toThrow();
});

const compares = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'];
const names: Record<string, ScalarOp> = { logicalAnd: 'and', logicalOr: 'or', logicalNot: 'not' };
const skipped = ['square', 'reciprocal', 'relu'];

describe('one value', () => {
  for (const [name, forms] of Object.entries(kernels.unaryScalars)) {
    if (skipped.includes(name)) continue;
    for (const [dtype, f] of Object.entries(forms)) {
      const isBool = name === 'isFinite' || name === 'logicalNot';
      test(`${name} of ${dtype}`, () =>
        check(names[name] ?? (name as ScalarOp), [dtype as DType], isBool ? 'bool' : (dtype as DType), f));
    }
  }
});

describe('two values', () => {
  for (const [name, forms] of Object.entries(kernels.binaryScalars)) {
    for (const [dtype, f] of Object.entries(forms)) {
      const isBool = compares.includes(name) || name in names;
      test(`${name} of ${dtype}`, () =>
        check(
          names[name] ?? (name as ScalarOp),
          [dtype as DType, dtype as DType],
          isBool ? 'bool' : (dtype as DType),
          f,
        ));
    }
  }
});

const dtypes = ['float64', 'float32', 'int32', 'bool'] as const;
describe('cast and select', () => {
  for (const from of dtypes) {
    for (const to of dtypes) {
      test(`${from} to ${to}`, () =>
        check('cast', [from], to, (x) => {
          if (to === 'bool') return x === 0 ? 0 : 1;
          return to === 'int32' ? Math.min(Math.max(x, -(2 ** 31)), 2 ** 31 - 1) : x;
        }));
    }
    test(`select of ${from}`, () => check('select', ['bool', from, from], from, (c, x, y) => (c ? x : y) as number));
  }
});

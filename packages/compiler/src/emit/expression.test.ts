import type { ScalarOp } from '@throughline/autograd/back-end';
import { type DType, kernels } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import type { Access, MapKernel, Node } from '../plan/ir.ts';
import { KernelBench } from '../testing/run-kernel.ts';
import { bitsFrom, firstDifference, samples } from '../testing/samples.ts';
import { emitMap } from './map.ts';

type Scalar = (...xs: number[]) => number;
const forms = { ...kernels.unaryScalars, ...kernels.binaryScalars } as unknown as Record<
  string,
  Record<string, Scalar>
>; // by name
const referenceNames: Partial<Record<ScalarOp, string>> = { and: 'logicalAnd', or: 'logicalOr', not: 'logicalNot' };

const onFloats: readonly ScalarOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'abs',
  'sign',
  'sqrt',
  'floor',
  'ceil',
  'minimum',
  'maximum',
];
const elementary: readonly ScalarOp[] = [
  'exp',
  'log',
  'log1p',
  'expm1',
  'pow',
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'softplus',
  'floorDiv',
  'remainder',
];
const onInts: readonly ScalarOp[] = [
  'add',
  'sub',
  'mul',
  'neg',
  'abs',
  'sign',
  'minimum',
  'maximum',
  'floorDiv',
  'remainder',
];
const compares: readonly ScalarOp[] = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'];

const unary: ReadonlySet<ScalarOp> = new Set(['neg', 'abs', 'sqrt', 'floor', 'ceil']);

/** A random expression over three loads, any value of which may be read more than once. */
function randomNodes(random: () => number, dtypes: readonly DType[], flat: (k: number) => Access): Node[] {
  const nodes: Node[] = dtypes.map((dtype, k) => ({ kind: 'load', access: flat(k), dtype }));
  const pick = <T>(list: readonly T[]): T => list[(random() >>> 3) % list.length] as T; // not empty
  const ofType = (dtype: DType): number => {
    const all = nodes.flatMap((node, at) => (node.dtype === dtype ? [at] : []));
    if (all.length > 0) return pick(all);
    return nodes.push({ kind: 'constant', value: pick([0, 1, -0, 2.5, -1]), dtype }) - 1;
  };
  for (let n = 0; n < 14; n++) {
    const dtype = pick(dtypes.filter((one) => one !== 'bool'));
    const kind = (random() >>> 5) % 6;
    if (kind === 0) {
      const from = pick(dtypes);
      nodes.push({ kind: 'op', op: 'cast', args: [ofType(from)], dtype });
    } else if (kind === 1)
      nodes.push({ kind: 'op', op: pick(compares), args: [ofType(dtype), ofType(dtype)], dtype: 'bool' });
    else if (kind === 2)
      nodes.push({ kind: 'op', op: 'select', args: [ofType('bool'), ofType(dtype), ofType(dtype)], dtype });
    else if (kind === 3)
      nodes.push({
        kind: 'op',
        op: pick(['and', 'or', 'not'] as const),
        args: [ofType('bool'), ofType('bool')],
        dtype: 'bool',
      });
    else {
      const op = pick(dtype === 'int32' ? onInts : kind === 4 ? onFloats : elementary);
      const args = [ofType(dtype), ofType(dtype)];
      nodes.push({ kind: 'op', op, args: unary.has(op) ? args.slice(1) : args, dtype });
    }
  }
  return nodes;
}

function evaluate(nodes: readonly Node[], loads: readonly number[]): number[] {
  const values: number[] = [];
  nodes.forEach((node, at) => {
    const round = node.dtype === 'float32' ? Math.fround : (x: number) => x;
    if (node.kind === 'load') values.push(loads[at] ?? 0);
    else if (node.kind === 'constant')
      values.push(
        node.dtype === 'bool' ? Number(node.value !== 0) : node.dtype === 'int32' ? node.value | 0 : node.value,
      );
    else {
      const [x = 0, y = 0, z = 0] = node.args.map((arg) => values[arg] ?? 0);
      const from = nodes[node.args[0] ?? 0]?.dtype ?? 'float64';
      if (node.op === 'select') values.push(x !== 0 ? y : z);
      else if (node.op === 'cast')
        values.push(node.dtype === 'int32' ? Math.min(Math.max(x, -2147483648), 2147483647) | 0 : round(x));
      else if (typeof node.op === 'string')
        values.push(forms[referenceNames[node.op] ?? node.op]?.[from]?.(x, y) ?? Number.NaN);
    }
  });
  return values;
}

/** Every node is stored, so that what shares work with another is looked at, too. */
function check(seed: number, dtypes: readonly DType[], size: number, stores: 'all' | 'last'): void {
  const random = bitsFrom(seed);
  const flat = (buffer: number): Access => ({ buffer, offset: 0, strides: [1], steps: [] });
  const nodes = randomNodes(random, dtypes, flat);
  const stored = nodes.map((_, at) => at).slice(stores === 'all' ? 0 : -1);
  const kernel: MapKernel = {
    kind: 'map',
    shape: [size],
    nodes,
    stores: stored.map((node, k) => ({ node, access: flat(dtypes.length + k) })),
  };
  const types = [...dtypes, ...stored.map((at) => nodes[at]?.dtype ?? 'float32')];
  const bench = new KernelBench(
    types.map((dtype) => ({ dtype, length: size })),
    (e, loops) => emitMap(e, kernel, loops),
  );
  const data = dtypes.map((dtype, k) => samples(dtype, size, seed + k));
  for (const [k, values] of data.entries()) bench.write(k, values);
  bench.run();
  for (let i = 0; i < size; i++) {
    const values = evaluate(
      nodes,
      data.map((list) => list[i] ?? 0),
    );
    stored.forEach((at, k) => {
      const got = bench.view(dtypes.length + k)[i];
      if (firstDifference([got ?? 0], [values[at] ?? 0]) < 0) return;
      const node = nodes[at];
      expect({ seed, node, args: node?.kind === 'op' ? node.args.map((arg) => values[arg]) : [], value: got }).toEqual({
        value: values[at],
      });
    });
  }
}

describe('expressions of many operations', () => {
  const mixes: readonly (readonly DType[])[] = [
    ['float32', 'float32', 'float32'],
    ['float64', 'float64', 'float64'],
    ['float32', 'int32', 'bool'],
    ['float64', 'int32', 'bool'],
    ['float64', 'float32', 'int32'],
    ['bool', 'float64', 'float32'],
  ];
  test.each(mixes.map((mix) => [mix]))('over %s', (mix) => {
    for (let seed = 0; seed < 40; seed++) {
      check(seed, mix, 123, 'all');
      check(seed + 1000, mix, 301, 'last'); // more than one chunk of the stages
    }
  });
});

/** @file Compiled kernels in eager code: the bits of the reference kernels, from size 0 up. */
import {
  cast,
  contract,
  cos,
  exp,
  expm1,
  grad,
  key,
  log,
  log1p,
  matmul,
  mul,
  normal,
  type Operand,
  pow,
  sigmoid,
  sin,
  softplus,
  sum,
  tanh,
  vmap,
} from '@throughline/autograd';
import { lstm, unroll } from '@throughline/rnn';
import { type Concrete, setKernelProvider, type Tensor, tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { compile, useCompiledKernels } from '../index.ts';
import { providerOf } from './kernels.ts';

afterEach(() => {
  setKernelProvider(null);
});

type FloatType = 'float64' | 'float32';

/** What compiled kernels serve, counted. */
function serving<R>(run: () => R): { result: R; served: number } {
  let served = 0;
  const provider = providerOf({ product: 0, map: { float64: 0, float32: 0 }, patience: 0 });
  setKernelProvider((...call) => {
    const results = provider(...call);
    if (results !== null) served++;
    return results;
  });
  try {
    return { result: run(), served };
  } finally {
    setKernelProvider(null);
  }
}

const sizes = [0, 1, 3, 17, 100, 257, 8192, 20_001];
const awkward = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  0,
  1,
  -1,
  1e-310,
  -745.2,
  709.8,
  88.8,
  1e300,
];

function sample(size: number, seed: number, dtype: FloatType): Tensor {
  const values = Float64Array.from(
    normal(key(seed), [size]).toTypedArray(),
    (x, i) => awkward[(i * 7 + seed) % 61] ?? 4 * x,
  );
  return cast(tensor(values), dtype);
}

const unary = { exp, log, tanh, sigmoid, softplus, sin, cos, expm1, log1p };
const binary = {
  pow: (x: Tensor) => pow(x, sample(x.size, 2, x.dtype as FloatType)),
  'pow by 2.5': (x: Tensor) => pow(x, 2.5),
};

describe.each(['float64', 'float32'] as const)('%s', (dtype) => {
  test.each(Object.entries<(x: Tensor) => Tensor>({ ...unary, ...binary }))('%s', (_, op) => {
    for (const size of sizes) {
      const x = sample(size, 1, dtype);
      const expected = op(x);
      const { result, served } = serving(() => op(x));
      expect([size, served]).toEqual([size, 1]);
      expect([size, firstDifference(expected as Concrete, result)]).toEqual([size, null]);
    }
  });

  test.each([
    [
      'ij,jk->ik',
      [
        [0, 2],
        [2, 0],
      ],
      [
        [1, 1],
        [1, 1],
      ],
      [
        [3, 17],
        [17, 5],
      ],
      [
        [2, 0],
        [0, 3],
      ],
      [
        [100, 257],
        [257, 3],
      ],
      [
        [65, 33],
        [33, 130],
      ],
    ],
    [
      'ij,kj->ik',
      [
        [3, 17],
        [5, 17],
      ],
      [
        [100, 17],
        [33, 17],
      ],
    ],
    [
      'ji,jk->ik',
      [
        [17, 3],
        [17, 5],
      ],
      [
        [257, 16],
        [257, 4],
      ],
    ],
    ['i,i->', [[257], [257]], [[0], [0]]],
    ['i,j->ij', [[17], [3]]],
    [
      'bij,bjk->bik',
      [
        [3, 5, 7],
        [3, 7, 4],
      ],
    ],
    [
      'ij,ij->ij',
      [
        [17, 3],
        [17, 3],
      ],
    ],
  ] as [string, ...[number[], number[]][]][])('%s', (spec, ...cases) => {
    for (const shapes of cases) {
      const [a, b] = shapes.map((shape, i) => cast(normal(key(i + 5), shape), dtype)) as [Tensor, Tensor]; // two shapes
      const expected = contract(spec, a, b);
      const { result, served } = serving(() => contract(spec, a, b));
      expect([shapes, served]).toEqual([shapes, 1]);
      expect([shapes, firstDifference(expected as Concrete, result)]).toEqual([shapes, null]);
    }
  });
});

test('modules take turns in one memory, small after large', () => {
  const [a, b] = [normal(key(1), [120, 130]), normal(key(2), [130, 140])];
  const x = normal(key(3), [300]);
  const round = (): Tensor[] => [
    exp(x),
    matmul(a, b),
    tanh(x),
    cast(x, 'float32').add(1),
    sin(cast(x, 'float32')),
    matmul(b, normal(key(4), [140, 3])),
  ];
  const expected = round();
  const { result } = serving(() => [round(), round()]);
  for (const values of result)
    values.forEach((value, i) => {
      expect(firstDifference(expected[i] as Concrete, value)).toBeNull(); // as many
    });
});

test('gradients, vmap and compiled functions are the same with them', () => {
  const p = lstm.init(key(1), { I: 5, H: 9 });
  const xs = normal(key(2), [7, 3, 5]);
  const loss = (q: typeof p, x: Tensor): Tensor => sum(mul(unroll(lstm, q, x).out, unroll(lstm, q, x).out));
  const rows = vmap((x: Tensor) => tanh(matmul(x, normal(key(4), [5, 2]))));
  const run = (): Tensor[] => [grad(loss)(p, xs).f.W, rows(xs), compile(loss)(p, xs)];
  const expected = run();
  const { result, served } = serving(run);
  expect(served).toBeGreaterThan(20);
  result.forEach((value, i) => {
    expect(firstDifference(expected[i] as Concrete, value)).toBeNull(); // as many
  });
});

test('what they do not serve goes to the reference kernel: integers, small things, arithmetic', () => {
  const ints = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: 'int32' },
  );
  expect(serving(() => [contract('ij,jk->ik', ints, ints), mul(tensor([1, 2]), 3), tensor([1]).add(1)]).served).toBe(0);
});

test('a shape is compiled when it has come up often enough', () => {
  const x = normal(key(1), [200]);
  const provider = providerOf({ product: 0, map: { float64: 128, float32: 128 }, patience: 10_000 });
  let served = 0;
  setKernelProvider((...call) => {
    const results = provider(...call);
    if (results !== null) served++;
    return results;
  });
  const counts = Array.from({ length: 5 }, () => {
    exp(x);
    return served;
  });
  expect(counts).toEqual([0, 0, 0, 1, 2]);
  exp(normal(key(1), [127]));
  expect(served).toBe(2);
});

test('installing gives a function that takes it back', () => {
  const seen: string[] = [];
  const mine = ({ name }: { readonly name: string }) => {
    seen.push(name);
    return null;
  };
  setKernelProvider(mine);
  const restore = useCompiledKernels();
  exp(tensor([1]));
  expect(seen).toEqual([]);
  restore();
  exp(tensor([1]));
  expect(seen).toEqual(['exp']);
  expect(exp(1 as Operand).item()).toBe(Math.E);
});

import { Concrete, kernels, type Shape } from '@throughline/tensor';
import { det as detKernel, eigh as eighKernel } from '@throughline/tensor/linalg';
import { anyTensors, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples, Refusal, Sample } from '../sample.ts';
import { f64, floats, i32 } from './generators.ts';

type Matrices = fc.Arbitrary<Concrete>;

const batches: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc.constantFrom([2], [0], [1, 2]),
);

/** Any matrices and stacks: awkward extents, ordinary numbers or any bits. */
const anyMatrices = (square = false): Matrices =>
  fc
    .tuple(batches, extent, extent, fc.constantFrom(...floats), fc.boolean())
    .chain(([batch, m, n, dtype, odd]) => pick(odd)({ shape: [...batch, m, square ? m : n], dtype }));

const extent = fc.constantFrom(1, 2, 3, 5, 0);
const pick = (odd: boolean) => (odd ? anyTensors : tensors);

const calls = (x: Matrices, params: object = {}): fc.Arbitrary<Sample> =>
  x.map((matrix) => ({ inputs: [matrix], params }));

/** Small square matrices for differences, alone or two at a time. */
const squares = (max = 3): Matrices =>
  fc
    .tuple(fc.constantFrom<Shape[]>([], [], [2]), fc.integer({ min: 1, max }))
    .chain(([batch, n]) => tensors({ shape: [...batch, n, n] }));

/** Each matrix of a stack. */
function each(x: Concrete): Concrete[] {
  const [m = 0, n = 0] = x.shape.slice(-2);
  const count = x.shape.slice(0, -2).reduce((a, b) => a * b, 1);
  return Array.from(
    { length: count },
    (_, k) => new Concrete(x.storage.slice(k * m * n, (k + 1) * m * n), x.dtype, [m, n]),
  );
}

/** The matrices with `by` times the identity added. */
function shifted(x: Concrete, by: number): Concrete {
  const n = x.shape.at(-1) ?? 0;
  return new Concrete(
    x.storage.map((value, i) => ((i % (n * n)) % (n + 1) === 0 ? value + by : value)),
    x.dtype,
    x.shape,
  );
}

/** Far enough from singular that derivatives are small. */
export const regular = squares().map((x) => shifted(x, 5));

const notMatrices: readonly Refusal[] = [
  { inputs: [f64(2)], params: {} },
  { inputs: [i32(2, 2)], params: {} },
];
const notSquare: readonly Refusal[] = [...notMatrices, { inputs: [f64(2, 3)], params: {} }];

/** Numbers at least 0.3 apart from each other: where vectors have derivatives, and small ones. */
const areApart = (list: ArrayLike<number>): boolean =>
  Array.from(list).every((a, i, all) => all.every((b, j) => i === j || Math.abs(a - b) > 0.3));

const rectangles: Matrices = fc
  .tuple(fc.constantFrom<Shape[]>([], [], [2]), fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2, 3))
  .chain(([batch, m, n]) => tensors({ shape: [...batch, m, n] }));

/** Where singular vectors have derivatives. */
export const wellSeparated = (x: Concrete): boolean =>
  each(x).every((one) => areApart([...kernels.svd(one).s.storage, 0]));

const svd: PrimitiveSamples = {
  smooth: calls(
    fc
      .constantFrom<Shape[]>([3, 3], [3, 2], [2, 3], [1, 2])
      .chain((shape) => tensors({ shape }))
      .filter(wellSeparated),
  ),
  any: calls(anyMatrices()),
  refused: notMatrices,
};

/** The leading columns are independent. Of a single row, q is 1 or −1: second derivatives are 0, and rounding noise. */
const qr: PrimitiveSamples = {
  smooth: calls(
    rectangles
      .filter((x) => x.shape.at(-2) !== 1)
      .filter((x) =>
        each(x).every((one) => {
          const [k = 0, n = 0] = kernels.qr(one).r.shape;
          return Array.from({ length: k }, (_, i) => kernels.qr(one).r.storage[i * n + i] ?? 0).every((d) => d > 0.5);
        }),
      ),
  ),
  any: calls(anyMatrices()),
  refused: notMatrices,
};

/** No two elements of a vector compete for being the largest, which is made positive. */
const hasLeaders = ({ storage, shape: [n = 0] }: Concrete): boolean =>
  Array.from({ length: n }, (_, k) => {
    const [first = 0, second = 0] = Array.from({ length: n }, (_, i) => Math.abs(storage[i * n + k] ?? 0)).sort(
      (a, b) => b - a,
    );
    return first - second > 0.05;
  }).every(Boolean);

/** Where eigenvectors of the symmetric part have derivatives. */
export const separated = (x: Concrete): boolean =>
  each(x).every((one) => {
    const { values, vectors } = eighKernel(one);
    return areApart(values.storage) && hasLeaders(vectors);
  });

const eigh: PrimitiveSamples = {
  smooth: calls(squares().filter(separated)),
  any: calls(anyMatrices(true)),
  refused: notSquare,
};

const ofSquares = (smooth: Matrices | null): PrimitiveSamples => ({
  smooth: smooth && calls(smooth),
  any: calls(anyMatrices(true)),
  refused: notSquare,
});

const isRegular = (x: Concrete): boolean => each(x).every((one) => Math.abs(detKernel(one).item()) > 0.5);

/** Kinked where another element of a column becomes the largest. */
const lu = ofSquares(regular);

const det: PrimitiveSamples = {
  ...ofSquares(squares().filter(isRegular)),
  kinks: [
    { inputs: [square([1, 2, 2, 4])], params: {}, expected: [[4, -2, -2, 1]] },
    { inputs: [square([0, 0, 0, 0, 2, 0, 0, 0, 3])], params: {}, expected: [[6, 0, 0, 0, 0, 0, 0, 0, 0]] },
    { inputs: [square([0, 0, 0, 0, 0, 0, 0, 0, 3])], params: {}, expected: [[0, 0, 0, 0, 0, 0, 0, 0, 0]] },
  ],
};

function square(values: readonly number[]): Concrete {
  const n = Math.sqrt(values.length);
  return new Concrete(Float64Array.from(values), 'float64', [n, n]);
}

/** Pairs of matrices with the same batches and rows. */
const withRight = (a: Matrices, right: (shape: Shape, odd: boolean) => Matrices): fc.Arbitrary<Concrete[]> =>
  fc.tuple(a, fc.constantFrom(1, 2, 0), fc.boolean()).chain(([x, columns, odd]) =>
    fc.tuple(
      fc.constant(x),
      right([...x.shape.slice(0, -1), columns], odd).map((b) => like(b, x)),
    ),
  );

const like = (b: Concrete, { dtype }: Concrete): Concrete =>
  dtype === b.dtype ? b : new Concrete(Float32Array.from(b.storage), dtype, b.shape);
const plain = (a: Matrices) => withRight(a, (shape) => tensors({ shape }));
const odd = (a: Matrices) => withRight(a, (shape, isOdd) => pick(isOdd)({ shape }));

const pairCalls = (pairs: fc.Arbitrary<Concrete[]>, params: fc.Arbitrary<object>): fc.Arbitrary<Sample> =>
  fc.tuple(pairs, params).map(([inputs, own]) => ({ inputs, params: own }));

const wrongPairs = (params: object): Refusal[] => [
  { inputs: [f64(2, 2), f64(3, 1)], params },
  { inputs: [f64(2, 2), f64(2)], params },
  { inputs: [f64(3, 2, 2), f64(2, 2, 1)], params },
  { inputs: [f64(2, 2), i32(2, 1)], params },
];

const solveParams = fc.record({ transposed: fc.boolean() });
const solve: PrimitiveSamples = {
  smooth: pairCalls(plain(regular), solveParams),
  any: pairCalls(odd(anyMatrices(true)), solveParams),
  refused: [...wrongPairs({ transposed: false }), { inputs: [f64(2, 3), f64(2, 1)], params: { transposed: false } }],
};

const triangle = fc.record({ lower: fc.boolean(), transposed: fc.boolean(), unitDiagonal: fc.boolean() });
const upper = { lower: false, transposed: false, unitDiagonal: false };
const solveTriangular: PrimitiveSamples = {
  smooth: pairCalls(plain(tensors({ shape: [2, 2] }).map((x) => shifted(x, 5))), triangle),
  any: pairCalls(odd(anyMatrices(true)), triangle),
  refused: [...wrongPairs(upper), { inputs: [f64(2, 3), f64(2, 1)], params: upper }],
};

/** No singular value is near 0. */
export const fullRank = (x: Concrete): boolean =>
  each(x).every((one) => (kernels.svd(one).s.storage.at(-1) ?? 0) > 0.5);

const lstsq: PrimitiveSamples = {
  smooth: pairCalls(plain(rectangles.filter(fullRank)), fc.constant({ tolerance: 1e-12 })),
  any: pairCalls(odd(anyMatrices()), fc.record({ tolerance: fc.constantFrom(0, 1e-12, 0.5) })),
  refused: [...wrongPairs({ tolerance: 0 }), { inputs: [f64(2, 2), f64(2, 1)], params: { tolerance: -1 } }],
};

/** The matrix, and up to two directions. */
const alike = (x: Matrices, make: typeof tensors): fc.Arbitrary<Sample> =>
  fc
    .tuple(x, fc.nat(2))
    .chain(([first, more]) => {
      const others = Array.from({ length: more }, () => make({ shape: first.shape, dtype: first.dtype }));
      return fc.tuple(fc.constant(first), ...others);
    })
    .map((inputs) => ({ inputs, params: {} }));

const expm: PrimitiveSamples = {
  smooth: alike(squares(2), tensors),
  any: fc.oneof(alike(anyMatrices(true), tensors), alike(anyMatrices(true), anyTensors)),
  refused: [...notSquare, { inputs: [f64(2, 2), f64(3, 3)], params: {} }, { inputs: [], params: {} }],
};

/** Solves, factorisations and functions of matrices, by primitive. */
export const matrixSamples: Readonly<Record<string, PrimitiveSamples>> = {
  svd,
  qr,
  eigh,
  lu,
  cholesky: ofSquares(squares().map((x) => shifted(x, 8))),
  solve,
  solveTriangular,
  lstsq,
  det,
  cofactor: ofSquares(squares().filter(isRegular)),
  slogdet: ofSquares(squares().filter(isRegular)),
  expm,
  spectralRadius: ofSquares(null),
};

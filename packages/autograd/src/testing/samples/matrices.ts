import { type Concrete, kernels } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples, Sample } from '../sample.ts';
import { f64, floats, i32 } from './generators.ts';

const matrices = (extents: readonly number[], square = false): fc.Arbitrary<Concrete> =>
  fc
    .tuple(fc.constantFrom(...extents), fc.constantFrom(...extents), fc.constantFrom(...floats))
    .chain(([m, n, dtype]) => tensors({ shape: square ? [m, m] : [m, n], dtype }));

const call = (x: fc.Arbitrary<Concrete>): fc.Arbitrary<Sample> => x.map((matrix) => ({ inputs: [matrix], params: {} }));

const notMatrices = [
  { inputs: [f64(2)], params: {} },
  { inputs: [f64(2, 2, 2)], params: {} },
  { inputs: [i32(2, 2)], params: {} },
];

/** Singular values at least 0.3 apart from each other and from 0: there the vectors have derivatives, and small ones. */
export const wellSeparated = (x: Concrete): boolean => {
  const s = [...kernels.svd(x).s.storage, 0];
  return s.every((value, i) => i === s.length - 1 || value - (s[i + 1] ?? 0) > 0.3);
};

const svd: PrimitiveSamples = {
  smooth: call(
    fc
      .tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2, 3))
      .chain(([m, n]) => tensors({ shape: [m, n] }))
      .filter(wellSeparated),
  ),
  any: call(matrices([1, 2, 3, 5, 0])),
  refused: notMatrices,
};

const qr: PrimitiveSamples = { smooth: null, any: call(matrices([1, 2, 3, 5, 0])), refused: notMatrices };

const spectralRadius: PrimitiveSamples = {
  smooth: null,
  any: call(matrices([1, 2, 3, 5, 0], true)),
  refused: [...notMatrices, { inputs: [f64(2, 3)], params: {} }],
};

/** Factorisations, by primitive. */
export const matrixSamples: Readonly<Record<string, PrimitiveSamples>> = { svd, qr, spectralRadius };

import { type Concrete, type DType, sizeOf } from '@throughline/tensor';
import { anyTensors, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples } from '../sample.ts';
import { bool, f64, i32, numbers } from './generators.ts';

/** Up to five labels, each with an extent, in two or three of the lists, which are in random order. */
const labelled = (extents: readonly number[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...extents), fc.constantFrom('ab', 'ao', 'bo', 'abo')), { maxLength: 5 })
    .chain((labels) => {
      const listed = (list: string): fc.Arbitrary<number[]> => {
        const own = labels.flatMap(([, lists], label) => (lists.includes(list) ? [label] : []));
        return fc.shuffledSubarray(own, { minLength: own.length, maxLength: own.length });
      };
      return fc.tuple(listed('a'), listed('b'), listed('o')).map(([a, b, out]) => ({
        params: { a, b, out },
        shapes: [a, b].map((list) => list.map((label) => labels[label]?.[0] ?? 1)),
      }));
    })
    .filter(({ shapes }) => shapes.every((shape) => sizeOf(shape) <= 60));

const contractOf = (
  extents: readonly number[],
  pick: (shape: readonly number[], dtype: DType) => fc.Arbitrary<Concrete>,
) =>
  fc
    .tuple(labelled(extents), fc.constantFrom(...numbers))
    .chain(([{ params, shapes }, dtype]) =>
      fc.tuple(...shapes.map((shape) => pick(shape, dtype))).map((inputs) => ({ inputs, params })),
    );

const matrix = { a: [0, 1], b: [1, 2], out: [0, 2] };
const contract: PrimitiveSamples = {
  smooth: contractOf([1, 2, 3], (shape) => tensors({ shape })),
  any: contractOf([1, 2, 3, 5, 0], (shape, dtype) => anyTensors({ shape, dtype })),
  refused: [
    { inputs: [f64(2, 3), f64(4, 5)], params: matrix },
    { inputs: [f64(2), f64(3, 5)], params: matrix },
    { inputs: [bool(2, 3), bool(3, 5)], params: matrix },
    { inputs: [f64(2, 3), i32(3, 5)], params: matrix },
  ],
};

/** Products, by primitive. */
export const productSamples: Readonly<Record<string, PrimitiveSamples>> = { contract };

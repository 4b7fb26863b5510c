import { type Concrete, type DType, type Shape, sizeOf } from '@throughline/tensor';
import { anyTensors, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples } from '../sample.ts';
import { everyType, f64, floats, i32, integers, numbers } from './generators.ts';

/** A shape, an axis of it that is not empty, and indices into that axis, of rank 0 to 2; negative ones too. */
export const places = fc
  .tuple(
    fc.array(fc.constantFrom<number[]>(1, 2, 3), { maxLength: 2 }),
    fc.nat(2),
    fc.constantFrom(1, 2, 3, 5),
    indexShapes(),
  )
  .chain(([rest, at, extent, indexShape]) => {
    const axis = at % (rest.length + 1);
    const size = sizeOf(indexShape);
    return fc
      .array(fc.integer({ min: -extent, max: extent - 1 }), { minLength: size, maxLength: size })
      .map((list) => ({
        shape: rest.toSpliced(axis, 0, extent),
        axis,
        extent,
        indices: integers(list, indexShape),
      }));
  });

function indexShapes(): fc.Arbitrary<Shape> {
  return fc.constantFrom<Shape>([], [1], [4], [2, 3], [0]);
}

const gatherOf = (pick: (shape: Shape) => fc.Arbitrary<Concrete>) =>
  places.chain(({ shape, axis, indices }) => pick(shape).map((x) => ({ inputs: [x, indices], params: { axis } })));
const gather: PrimitiveSamples = {
  smooth: gatherOf((shape) => tensors({ shape })),
  any: fc.constantFrom(...everyType).chain((dtype) => gatherOf((shape) => anyTensors({ shape, dtype }))),
  refused: [
    { inputs: [f64(3), f64(2)], params: { axis: 0 } },
    { inputs: [f64(3), i32(2)], params: { axis: 1 } },
  ],
};

const scatterOf = (pick: (shape: Shape) => fc.Arbitrary<Concrete>) =>
  places.chain(({ shape, axis, extent, indices }) =>
    pick(shape.toSpliced(axis, 1, ...indices.shape)).map((updates) => ({
      inputs: [updates, indices],
      params: { axis, extent },
    })),
  );
const scatterAdd: PrimitiveSamples = {
  smooth: scatterOf((shape) => tensors({ shape })),
  any: fc.constantFrom<DType[]>(...numbers).chain((dtype) => scatterOf((shape) => anyTensors({ shape, dtype }))),
  refused: [
    { inputs: [f64(3), f64(3)], params: { axis: 0, extent: 3 } },
    { inputs: [f64(3), i32(2)], params: { axis: 0, extent: 3 } },
    { inputs: [{ dtype: 'bool', shape: [2] }, i32(2)], params: { axis: 0, extent: 3 } },
  ],
};

const oneHot: PrimitiveSamples = {
  smooth: null,
  any: fc
    .tuple(indexShapes(), fc.integer({ min: 1, max: 5 }), fc.constantFrom(...everyType))
    .chain(([shape, depth, dtype]) => {
      const size = sizeOf(shape);
      return fc
        .array(fc.integer({ min: -depth, max: depth - 1 }), { minLength: size, maxLength: size })
        .map((list) => ({ inputs: [integers(list, shape)], params: { depth, dtype } }));
    }),
  refused: [
    { inputs: [f64(2)], params: { depth: 2, dtype: floats[0] } },
    { inputs: [i32(2)], params: { depth: -1, dtype: floats[0] } },
    { inputs: [i32(2)], params: { depth: 2, dtype: 'complex64' } },
  ],
};

/** Reading and writing at indices that are data, by primitive. */
export const indexingSamples: Readonly<Record<string, PrimitiveSamples>> = { gather, scatterAdd, oneHot };

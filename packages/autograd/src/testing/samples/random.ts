import type { Concrete } from '@throughline/tensor';
import { anyTensors, shapes } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples } from '../sample.ts';
import { anyOf, f64, floats, i32, integers, smallShapes } from './generators.ts';

const keys: fc.Arbitrary<Concrete> = fc.tuple(fc.integer(), fc.integer()).map((pair) => integers(pair));

/** A draw from a key alone: params, and some that are wrong. */
const draw = (params: fc.Arbitrary<object>, wrong: object, right: object): PrimitiveSamples => ({
  smooth: null,
  any: fc.tuple(keys, params).map(([key, own]) => ({ inputs: [key], params: own })),
  refused: [
    { inputs: [f64(2)], params: right },
    { inputs: [i32(3)], params: right },
    { inputs: [i32(2)], params: wrong },
  ],
});

const ofShape = fc.record({ shape: shapes(), dtype: fc.constantFrom(...floats) });
const shaped = draw(ofShape, { shape: [2], dtype: 'int32' }, { shape: [2], dtype: 'float64' });
const counted = draw(fc.record({ n: fc.nat(7) }), { n: -1 }, { n: 2 });

const foldIn: PrimitiveSamples = {
  smooth: null,
  any: fc.tuple(keys, fc.nat(), fc.boolean()).map(([key, n, asTensor]) => ({
    inputs: asTensor ? [key, integers([n], [])] : [key],
    params: { n: asTensor ? null : n },
  })),
  refused: [
    { inputs: [f64(2)], params: { n: 1 } },
    { inputs: [i32(2), f64()], params: { n: null } },
    { inputs: [i32(2), i32(1)], params: { n: null } },
    { inputs: [i32(2)], params: { n: 0.5 } },
  ],
};

const bernoulli: PrimitiveSamples = {
  smooth: null,
  any: fc.tuple(keys, anyOf(floats)).map((inputs) => ({ inputs, params: {} })),
  refused: [
    { inputs: [i32(3), f64(2)], params: {} },
    { inputs: [i32(2), i32(2)], params: {} },
  ],
};

const categorical: PrimitiveSamples = {
  smooth: null,
  any: fc
    .tuple(keys, fc.tuple(smallShapes(2), fc.constantFrom(1, 2, 5), fc.constantFrom(...floats)))
    .chain(([key, [rows, classes, dtype]]) =>
      anyTensors({ shape: [...rows, classes], dtype }).map((logits) => ({ inputs: [key, logits], params: {} })),
    ),
  refused: [
    { inputs: [i32(3), f64(2)], params: {} },
    { inputs: [i32(2), i32(2)], params: {} },
    { inputs: [i32(2), f64()], params: {} },
    { inputs: [i32(2), f64(2, 0)], params: {} },
  ],
};

/** Random draws, by primitive. */
export const randomSamples: Readonly<Record<string, PrimitiveSamples>> = {
  splitKey: counted,
  permutation: counted,
  uniform: shaped,
  normal: shaped,
  foldIn,
  bernoulli,
  categorical,
};

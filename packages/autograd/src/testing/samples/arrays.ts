import { Concrete, type DType, type Shape, sizeOf } from '@throughline/tensor';
import { anyTensors, shapes, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { Kink, PrimitiveSamples, Refusal } from '../sample.ts';
import { anyOf, bool, distinct, everyType, f64, i32, integers, numbers } from './generators.ts';
import { places } from './indexing.ts';

/** A target, indices into one of its axes, and the updates that fit. */
const scatterOf = (pick: (target: Shape, updates: Shape) => fc.Arbitrary<readonly [Concrete, Concrete]>) =>
  places.chain(({ shape, axis, indices }) =>
    pick(shape, shape.toSpliced(axis, 1, ...indices.shape)).map(([x, u]) => ({
      inputs: [x, indices, u],
      params: { axis },
    })),
  );
const anyBits = (allowed: readonly DType[]) =>
  fc
    .constantFrom<DType[]>(...allowed)
    .chain((dtype) =>
      scatterOf((target, updates) =>
        fc.tuple(anyTensors({ shape: target, dtype }), anyTensors({ shape: updates, dtype })),
      ),
    );
const misfits: readonly Refusal[] = [
  { inputs: [f64(3), f64(2), f64(2)], params: { axis: 0 } },
  { inputs: [f64(3), i32(2), f64(3)], params: { axis: 0 } },
  { inputs: [f64(3), i32(2), i32(2)], params: { axis: 0 } },
];

const scatterSet: PrimitiveSamples = {
  smooth: scatterOf((target, updates) => fc.tuple(tensors({ shape: target }), tensors({ shape: updates }))),
  any: anyBits(everyType),
  refused: misfits,
};

/** Elements of the target and the updates that differ from each other: ties are kinks. */
const apart = scatterOf((target, updates) =>
  distinct(fc.constant([sizeOf(target) + sizeOf(updates)])).map(({ storage }) => [
    new Concrete(storage.slice(0, sizeOf(target)), 'float64', target),
    new Concrete(storage.slice(sizeOf(target)), 'float64', updates),
  ]),
);
const extreme = (kinks: readonly Kink[]): PrimitiveSamples => ({
  smooth: apart,
  any: anyBits(numbers),
  kinks,
  refused: [...misfits, { inputs: [bool(3), i32(2), bool(2)], params: { axis: 0 } }],
});
/** Two updates for the first of two places. */
const tie = (target: readonly number[], updates: readonly number[], expected: Kink['expected']): Kink => ({
  inputs: [f64List(target), integers([0, 0]), f64List(updates)],
  params: { axis: 0 },
  expected,
});
const f64List = (values: readonly number[]): Concrete =>
  new Concrete(Float64Array.from(values), 'float64', [values.length]);

const third = 1 / 3;
const scatterMax = extreme([
  tie([2, 5], [2, 2], [[third, 1], [], [third, third]]),
  tie([1, 5], [2, 2], [[0, 1], [], [0.5, 0.5]]),
  tie([2, 5], [1, 2], [[0.5, 1], [], [0, 0.5]]),
  tie([0, 5], [-0, -1], [[0.5, 1], [], [0.5, 0]]),
]);
const scatterMin = extreme([
  tie([2, 5], [2, 2], [[third, 1], [], [third, third]]),
  tie([3, 5], [2, 2], [[0, 1], [], [0.5, 0.5]]),
  tie([2, 5], [3, 2], [[0.5, 1], [], [0, 0.5]]),
  tie([0, 5], [-0, 1], [[0.5, 1], [], [0.5, 0]]),
]);

const nonzero: PrimitiveSamples = {
  smooth: null,
  any: fc
    .tuple(
      anyOf(
        everyType,
        shapes().filter((shape) => shape.length > 0),
      ),
      fc.nat(5),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([x, size, fill]) => ({ inputs: [x], params: { size, fill } })),
  refused: [
    { inputs: [f64()], params: { size: 1, fill: 0 } },
    { inputs: [f64(2)], params: { size: -1, fill: 0 } },
    { inputs: [f64(2)], params: { size: 1, fill: 0.5 } },
  ],
};

/** Writing at indices that are data, and where a condition holds. */
export const arraySamples: Readonly<Record<string, PrimitiveSamples>> = { scatterSet, scatterMax, scatterMin, nonzero };

import { Concrete, type Shape } from '@throughline/tensor';
import { shapes } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { Kink, PrimitiveSamples } from '../sample.ts';
import { anyOf, bool, distinct, f64, numbers, smallShapes, smoothTensor } from './generators.ts';

const axesOf = (shape: Shape): fc.Arbitrary<number[]> => fc.subarray(shape.map((_, axis) => axis));
const nonEmpty = shapes().filter((shape) => !shape.includes(0));
const wrongAxes = [
  { inputs: [f64(2)], params: { axes: [1] } },
  { inputs: [f64(2)], params: { axes: [0, 0] } },
];

const sum: PrimitiveSamples = {
  smooth: smoothTensor().chain((x) => axesOf(x.shape).map((axes) => ({ inputs: [x], params: { axes } }))),
  any: anyOf(numbers).chain((x) => axesOf(x.shape).map((axes) => ({ inputs: [x], params: { axes } }))),
  refused: [{ inputs: [bool(2)], params: { axes: [0] } }, ...wrongAxes],
};

/** Ties are kinks, so elements differ; an empty axis has no extreme. */
const extreme: PrimitiveSamples = {
  smooth: distinct(smallShapes()).chain((x) => axesOf(x.shape).map((axes) => ({ inputs: [x], params: { axes } }))),
  any: anyOf(numbers, nonEmpty).chain((x) => axesOf(x.shape).map((axes) => ({ inputs: [x], params: { axes } }))),
  refused: [{ inputs: [bool(2)], params: { axes: [0] } }, { inputs: [f64(0)], params: { axes: [0] } }, ...wrongAxes],
};

/** Elements that tie share evenly, an extent of 1 and none besides. */
const ties = (at: readonly number[], expected: readonly number[]): Kink => ({
  inputs: [new Concrete(Float64Array.from(at), 'float64', [at.length])],
  params: { axes: [0] },
  expected: [expected],
});

const argmax: PrimitiveSamples = {
  smooth: null,
  any: anyOf(
    numbers,
    nonEmpty.filter((shape) => shape.length > 0),
  ).chain((x) => fc.nat(x.rank - 1).map((axis) => ({ inputs: [x], params: { axes: [axis] } }))),
  refused: [{ inputs: [bool(2)], params: { axes: [0] } }, { inputs: [f64(0, 2)], params: { axes: [0] } }, ...wrongAxes],
};

/** Reductions, by primitive. */
export const reductionSamples: Readonly<Record<string, PrimitiveSamples>> = {
  sum,
  max: { ...extreme, kinks: [ties([2, 1, 2], [0.5, 0, 0.5]), ties([0, -0], [0.5, 0.5])] },
  min: { ...extreme, kinks: [ties([1, 2, 1], [0.5, 0, 0.5]), ties([0, -0], [0.5, 0.5])] },
  argmax,
};

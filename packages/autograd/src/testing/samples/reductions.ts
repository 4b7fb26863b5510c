import type { Shape } from '@throughline/tensor';
import { shapes } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples } from '../sample.ts';
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

const argmax: PrimitiveSamples = {
  smooth: null,
  any: anyOf(
    numbers,
    nonEmpty.filter((shape) => shape.length > 0),
  ).chain((x) => fc.nat(x.rank - 1).map((axis) => ({ inputs: [x], params: { axes: [axis] } }))),
  refused: [{ inputs: [bool(2)], params: { axes: [0] } }, { inputs: [f64(0, 2)], params: { axes: [0] } }, ...wrongAxes],
};

/** Reductions, by primitive. */
export const reductionSamples: Readonly<Record<string, PrimitiveSamples>> = { sum, max: extreme, min: extreme, argmax };

import { broadcastShapes, type Concrete, type DType, type Shape } from '@throughline/tensor';
import { broadcastablePairs, shapes } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples, Refusal, Sample } from '../sample.ts';
import { anyOf, everyType, f64, smoothTensor } from './generators.ts';

/** A view of one operand: params that fit its shape. Any bits of any dtype may be moved. */
function view(
  paramsFor: (shape: Shape) => fc.Arbitrary<object>,
  refused: readonly Refusal[],
  anyShape = shapes(),
): PrimitiveSamples {
  const call = (tensor: fc.Arbitrary<Concrete>): fc.Arbitrary<Sample> =>
    tensor.chain((x) => paramsFor(x.shape).map((params) => ({ inputs: [x], params })));
  const smallEnough = anyShape.filter(
    (shape) => shape.every((extent) => extent > 0) && shape.reduce((a, b) => a * b, 1) <= 30,
  );
  return { smooth: call(smoothTensor(smallEnough)), any: call(anyOf(everyType, anyShape)), refused };
}

const ranked = (least: number) => shapes().filter((shape) => shape.length >= least);
const axesOf = (shape: Shape): fc.Arbitrary<number[]> => fc.subarray(shape.map((_, axis) => axis));

const reshape = view(
  (shape) =>
    fc
      .constantFrom([shape.reduce((a, b) => a * b, 1)], shape.toReversed(), [1, ...shape], [...shape, 1])
      .map((to) => ({ shape: to })),
  [
    { inputs: [f64(2, 3)], params: { shape: [5] } },
    { inputs: [f64(2, 3)], params: { shape: [-2, -3] } },
  ],
);

/** An operand, and a shape that it broadcasts to. */
const broadcastPair = broadcastablePairs().map(([a, b]) => {
  const shape = broadcastShapes('samples', f64(...a), f64(...b));
  return { from: a, shape };
});
const broadcastTo: PrimitiveSamples = {
  smooth: broadcastPair
    .filter(({ shape }) => !shape.includes(0) && shape.reduce((a, b) => a * b, 1) <= 60)
    .chain(({ from, shape }) => smoothTensor(fc.constant(from)).map((x) => ({ inputs: [x], params: { shape } }))),
  any: broadcastPair.chain(({ from, shape }) =>
    anyOf(everyType, fc.constant(from)).map((x) => ({ inputs: [x], params: { shape } })),
  ),
  refused: [
    { inputs: [f64(2, 3)], params: { shape: [2, 4] } },
    { inputs: [f64(2, 3)], params: { shape: [3] } },
    { inputs: [f64(2)], params: { shape: [1] } },
  ],
};

const transpose = view(
  (shape) =>
    fc
      .shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length },
      )
      .map((permutation) => ({ permutation })),
  [
    { inputs: [f64(2, 3)], params: { permutation: [0] } },
    { inputs: [f64(2, 3)], params: { permutation: [0, 0] } },
    { inputs: [f64(2, 3)], params: { permutation: [1, 2] } },
  ],
);

const flip = view((shape) => axesOf(shape).map((axes) => ({ axes })), [{ inputs: [f64(2)], params: { axes: [1] } }]);

const slice = view(
  (shape) =>
    fc
      .tuple(...shape.map((extent) => fc.tuple(fc.nat(extent), fc.nat(extent), fc.integer({ min: 1, max: 3 }))))
      .map((ranges) => ({
        starts: ranges.map(([a, b]) => Math.min(a, b)),
        stops: ranges.map(([a, b]) => Math.max(a, b)),
        steps: ranges.map(([, , step]) => step),
      })),
  [
    { inputs: [f64(4)], params: { starts: [0], stops: [5], steps: [1] } },
    { inputs: [f64(4)], params: { starts: [3], stops: [2], steps: [1] } },
    { inputs: [f64(4)], params: { starts: [0], stops: [4], steps: [0] } },
    { inputs: [f64(4)], params: { starts: [], stops: [], steps: [] } },
    { inputs: [f64(4)], params: { starts: [0.5], stops: [2], steps: [1] } },
  ],
);

const pad = view(
  (shape) =>
    fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)))).map((counts) => ({
      low: counts.map(([low]) => low),
      high: counts.map(([, high]) => high),
      interior: counts.map(([, , interior]) => interior),
    })),
  [
    { inputs: [f64(2)], params: { low: [-1], high: [0], interior: [0] } },
    { inputs: [f64(2)], params: { low: [0], high: [0.5], interior: [0] } },
    { inputs: [f64(2, 2)], params: { low: [0], high: [0], interior: [0] } },
  ],
);

/** A shape with an axis, and the extents of parts along it. */
const parts = fc
  .tuple(ranked(1), fc.nat(2), fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }))
  .map(([shape, n, sizes]) => ({ shape, axis: n % shape.length, sizes }));
const few = ({ shape, axis, sizes }: { shape: Shape; axis: number; sizes: number[] }): boolean =>
  shape.toSpliced(axis, 1).reduce((a, b) => a * b, 1) * sizes.reduce((a, b) => a + b, 0) <= 40;

const concatOf = (pick: (shape: Shape, dtype: DType) => fc.Arbitrary<Concrete>) =>
  fc
    .tuple(parts.filter(few), fc.constantFrom(...everyType))
    .chain(([{ shape, axis, sizes }, dtype]) =>
      fc
        .tuple(...sizes.map((size) => pick(shape.with(axis, size), dtype)))
        .map((inputs) => ({ inputs, params: { axis } })),
    );
const concat: PrimitiveSamples = {
  smooth: concatOf((shape) => smoothTensor(fc.constant(shape))),
  any: concatOf((shape, dtype) => anyOf([dtype], fc.constant(shape))),
  refused: [
    { inputs: [], params: { axis: 0 } },
    { inputs: [f64(2, 3), f64(2, 4)], params: { axis: 0 } },
    { inputs: [f64(2), f64(2, 1)], params: { axis: 0 } },
    { inputs: [f64(2), { dtype: 'int32', shape: [2] }], params: { axis: 0 } },
  ],
};

const splitOf = (pick: (shape: Shape) => fc.Arbitrary<Concrete>) =>
  parts.filter(few).chain(({ shape, axis, sizes }) =>
    pick(
      shape.with(
        axis,
        sizes.reduce((a, b) => a + b, 0),
      ),
    ).map((x) => ({ inputs: [x], params: { sizes, axis } })),
  );
const split: PrimitiveSamples = {
  smooth: splitOf((shape) => smoothTensor(fc.constant(shape))),
  any: splitOf((shape) => anyOf(everyType, fc.constant(shape))),
  refused: [
    { inputs: [f64(3)], params: { sizes: [1, 1], axis: 0 } },
    { inputs: [f64(3)], params: { sizes: [4, -1], axis: 0 } },
    { inputs: [f64(3)], params: { sizes: [1.5, 1.5], axis: 0 } },
  ],
};

/** Views, by primitive. */
export const viewSamples: Readonly<Record<string, PrimitiveSamples>> = {
  reshape,
  broadcastTo,
  transpose,
  flip,
  slice,
  pad,
  concat,
  split,
};

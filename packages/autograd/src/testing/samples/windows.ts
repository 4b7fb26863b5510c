import type { Concrete, Shape } from '@throughline/tensor';
import fc from 'fast-check';
import type { PrimitiveSamples, Sample } from '../sample.ts';
import { anyOf, everyType, f64, smoothTensor } from './generators.ts';

/** Windows that overlap, touch or leave gaps, along any axis; at most as many elements as differences can take. */
const params = fc
  .record({
    before: fc.constantFrom<Shape>([], [2], [1]),
    after: fc.constantFrom<Shape>([], [2], [3]),
    size: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    spare: fc.nat(3),
  })
  .map(({ before, after, spare, ...rest }) => ({
    shape: [...before, (rest.size - 1) * rest.dilation + 1 + spare, ...after],
    params: { axis: before.length, ...rest },
  }));

const calls = (pick: (shape: Shape) => fc.Arbitrary<Concrete>): fc.Arbitrary<Sample> =>
  params.chain((call) => pick(call.shape).map((x) => ({ inputs: [x], params: call.params })));

const one = { axis: 0, size: 2, stride: 1, dilation: 1 };

/** Sliding windows. */
export const windowSamples: Readonly<Record<string, PrimitiveSamples>> = {
  windows: {
    smooth: calls((shape) => smoothTensor(fc.constant(shape))),
    any: fc.oneof(
      calls((shape) => anyOf(everyType, fc.constant(shape))),
      anyOf(everyType, fc.constant([3, 0])).map((x) => ({ inputs: [x], params: one })),
    ),
    refused: [
      { inputs: [f64(1)], params: one },
      { inputs: [f64(0)], params: { ...one, size: 1 } },
      { inputs: [f64(4)], params: { ...one, dilation: 4 } },
      { inputs: [f64(4)], params: { ...one, size: 0 } },
      { inputs: [f64(4)], params: { ...one, stride: 0.5 } },
      { inputs: [f64(4)], params: { ...one, axis: 1 } },
    ],
  },
};

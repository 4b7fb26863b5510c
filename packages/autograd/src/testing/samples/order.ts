import { shapes } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples } from '../sample.ts';
import { alike, anyOf, everyType, f64, i32 } from './generators.ts';

const argsort: PrimitiveSamples = {
  smooth: null,
  any: anyOf(
    everyType,
    shapes().filter(({ length }) => length > 0),
  ).chain((x) =>
    fc.record({ axis: fc.nat(x.rank - 1), descending: fc.boolean() }).map((params) => ({ inputs: [x], params })),
  ),
  refused: [
    { inputs: [f64()], params: { axis: 0, descending: false } },
    { inputs: [f64(2)], params: { axis: 1, descending: false } },
  ],
};

/** Rows need not be ascending: any bits have their answer. */
const searchSorted: PrimitiveSamples = {
  smooth: null,
  any: fc
    .record({
      lead: fc.constantFrom([], [2], [3, 1]),
      length: fc.constantFrom(0, 1, 2, 5),
      rest: fc.constantFrom([], [3], [2, 2]),
      dtype: fc.constantFrom(...everyType),
      side: fc.constantFrom('left', 'right'),
    })
    .chain(({ lead, length, rest, dtype, side }) =>
      fc
        .tuple(alike(1, [dtype], fc.constant([...lead, length])), alike(1, [dtype], fc.constant([...lead, ...rest])))
        .map((pair) => ({ inputs: pair.flat(), params: { side, lead: lead.length } })),
    ),
  refused: [
    { inputs: [f64(2, 3), f64(2)], params: { side: 'left', lead: 0 } },
    { inputs: [f64(3), i32(2)], params: { side: 'left', lead: 0 } },
    { inputs: [f64(3), f64(2)], params: { side: 'middle', lead: 0 } },
    { inputs: [f64(2, 3), f64(3, 3)], params: { side: 'left', lead: 1 } },
  ],
};

/** Sorting and searching, by primitive. */
export const orderSamples: Readonly<Record<string, PrimitiveSamples>> = { argsort, searchSorted };

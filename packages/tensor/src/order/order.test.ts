import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Concrete } from '../index.ts';
import { anyTensors } from '../testing/index.ts';
import { argsort, searchSorted } from './index.ts';

/** A number for the order: NaN above all. */
const rank = (x: number): [number, number] => (Number.isNaN(x) ? [1, 0] : [0, x]);
const compare = (a: number, b: number): number => {
  const [p, q] = [rank(a), rank(b)];
  return p[0] - q[0] || (p[1] < q[1] ? -1 : p[1] > q[1] ? 1 : 0);
};

const few = (shape: readonly number[]): fc.Arbitrary<Concrete> =>
  fc.oneof(
    anyTensors({ shape }),
    anyTensors({ shape }).map((x) => {
      x.storage.forEach((value, i) => {
        x.storage[i] = Math.sign(value); // many ties, and NaN
      });
      return x;
    }),
  );

test('argsort is the stable sort of the engine, along every axis, in both directions', () => {
  const calls = fc
    .record({
      shape: fc.constantFrom([0], [1], [2], [17], [40], [3, 5], [2, 3, 4], [2, 0, 3]),
      descending: fc.boolean(),
    })
    .chain(({ shape, descending }) =>
      fc.record({ x: few(shape), axis: fc.nat(shape.length - 1), descending: fc.constant(descending) }),
    );
  fc.assert(
    fc.property(calls, ({ x, axis, descending }) => {
      const places = argsort(x, axis, descending);
      expect([places.dtype, places.shape]).toEqual(['int32', x.shape]);
      const inner = x.shape.slice(axis + 1).reduce((n, m) => n * m, 1);
      const extent = x.shape[axis] ?? 0;
      for (let flat = 0; flat < x.size; flat++) {
        if (Math.floor(flat / inner) % extent > 0) continue;
        const at = (r: number): number => x.storage[flat + r * inner] ?? 0;
        const expected = Array.from({ length: extent }, (_, r) => r).sort(
          (a, b) => compare(at(a), at(b)) * (descending ? -1 : 1),
        );
        expect(expected.map((_, r) => places.storage[flat + r * inner])).toEqual(expected);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('searchSorted counts the elements before a value', () => {
  const calls = fc
    .constantFrom(0, 1, 2, 3, 9)
    .chain((length) => fc.record({ sorted: few([2, length]), values: few([2, 3]), left: fc.boolean() }));
  fc.assert(
    fc.property(calls, ({ sorted, values, left }) => {
      const length = sorted.shape[1] ?? 0;
      for (const row of [0, 1]) sorted.storage.subarray(row * length, (row + 1) * length).sort(compare);
      const places = searchSorted(sorted, values, 1, left);
      values.storage.forEach((value, k) => {
        const row = [...sorted.storage.subarray(Math.floor(k / 3) * length, (Math.floor(k / 3) + 1) * length)];
        const before = row.filter((entry) => compare(entry, value) < (left ? 0 : 1));
        expect(places.storage[k]).toBe(before.length);
      });
    }),
    { seed: 1, numRuns: 200 },
  );
});

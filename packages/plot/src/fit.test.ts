import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Axis } from './chart.ts';
import { describeClipped, fitDomain, place } from './fit.ts';
import { notes } from './notes.ts';

const linear: Axis = { label: 'y' };
const log: Axis = { label: 'y', scale: 'log' };

test('a domain is never empty or a point, whatever the values', () => {
  expect(fitDomain(linear, [])).toEqual([0, 1]);
  expect(fitDomain(linear, [3])).toEqual([2.5, 3.5]);
  expect(fitDomain(linear, [Number.NaN, Number.POSITIVE_INFINITY])).toEqual([0, 1]);
  expect(fitDomain(log, [])).toEqual([1e-16, 1]);
  expect(fitDomain(log, [1])).toEqual([1, 10]);
  expect(fitDomain(log, [0, -1, Number.NaN])).toEqual([1e-16, 1]);
  fc.assert(
    fc.property(fc.array(fc.double()), fc.constantFrom(linear, log, { ...linear, zero: true }), (values, axis) => {
      const [low, high] = fitDomain(axis, values);
      return low < high;
    }),
  );
});

test('a log domain covers whole decades, down to the floor when something lies below it', () => {
  expect(fitDomain(log, [0.003, 0.7])).toEqual([1e-3, 1]);
  expect(fitDomain(log, [0.003, 0])).toEqual([1e-16, 1e-2]);
  expect(fitDomain({ ...log, floor: 1e-6 }, [0.003, 1e-9])).toEqual([1e-6, 1e-2]);
});

test('an axis with zero includes it', () => {
  expect(fitDomain({ ...linear, zero: true }, [3, 5])).toEqual([0, 5]);
});

test('values the axis cannot show sit on its edge, NaN nowhere', () => {
  expect(place(log, [1e-3, 1], 0)).toEqual({ at: 1e-3, clipped: 'low' });
  expect(place(log, [1e-3, 1], Number.POSITIVE_INFINITY)).toEqual({ at: 1, clipped: 'high' });
  expect(place(log, [1e-3, 1], 0.5)).toEqual({ at: 0.5, clipped: null });
  expect(place(linear, [0, 1], Number.NaN)).toBeNull();
});

test('what is not shown is said', () => {
  const points = [0, 1e-20, Number.NaN, Number.POSITIVE_INFINITY, 0.5].map((y, x) => ({ x, y }));
  expect(describeClipped(log, [1e-16, 1], points)).toEqual([
    '2 values below 1e−16 or zero: drawn on the lower edge (▽).',
    '1 value above 1: drawn on the upper edge (△).',
    '1 value NaN: left out.',
  ]);
  const chart = { kind: 'lines', title: '', x: linear, y: log, series: [{ label: 'a', points }] } as const;
  expect(notes(chart)).toHaveLength(3);
  expect(notes({ ...chart, series: [{ label: 'a', points: points.slice(4) }] })).toEqual([]);
});

import type { Point } from '@throughline/plot';
import { median } from './spread.ts';

/** Curves of equal length, one per seed, as one: place by place the median. */
export const medians = (curves: readonly (readonly number[])[]): number[] =>
  (curves[0] ?? []).map((_, i) => median(curves.map((curve) => curve[i] ?? Number.NaN)));

/** A curve over its places: x = first, first + 1, … */
export const byPlace = (values: readonly number[], first = 0): Point[] => values.map((y, i) => ({ x: first + i, y }));

/** A curve over given places. */
export const over = (xs: readonly number[], values: readonly number[]): Point[] =>
  xs.map((x, i) => ({ x, y: values[i] ?? Number.NaN }));

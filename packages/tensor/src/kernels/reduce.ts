import type { Storage } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { transpose } from './layout.ts';
import { sumColumns, sumRow } from './sum.ts';

/**
 * A reduction as [outer, count, inner] → [outer, inner] over row-major memory. The reduced axes, in logical order, must
 * be neighbours; where they are not, they are first moved to the end, which keeps their order.
 */
interface Plan {
  readonly storage: Storage;
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
  readonly shape: Shape;
}

/**
 * Sums over `axes` (ascending) and drops them. Element r of the reduced sequence, row-major, goes to accumulator
 * r mod 16 within blocks of 4096; the 16 combine by halving; blocks add up in order. From +0, so a sum is never −0.
 * float32 rounds every addition, int32 wraps.
 */
export function sum(x: Concrete, axes: readonly number[]): Concrete {
  const { storage, outer, count, inner, shape } = planFor(x, axes);
  const out = allocate(x.dtype, outer * inner);
  if (inner === 1) for (let o = 0; o < outer; o++) out[o] = sumRow(storage, o * count, count);
  else for (let o = 0; o < outer; o++) sumColumns(storage, o * count * inner, count, inner, out, o * inner);
  return new Concrete(out, x.dtype, shape);
}

/** The largest over `axes` (ascending, not empty), which it drops; NaN when there is one; −0 < +0. */
export function max(x: Concrete, axes: readonly number[]): Concrete {
  return fold(x, axes, Math.max);
}

/** The smallest over `axes` (ascending, not empty), which it drops; NaN when there is one; −0 < +0. */
export function min(x: Concrete, axes: readonly number[]): Concrete {
  return fold(x, axes, Math.min);
}

/** The int32 index of the first largest along one axis, which it drops; the first NaN when there is one; −0 = +0. */
export function argmax(x: Concrete, axis: number): Concrete {
  const { storage, outer, count, inner, shape } = planFor(x, [axis]);
  const out = new Int32Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) out[o * inner + i] = firstLargest(storage, o * count * inner + i, inner, count);
  }
  return new Concrete(out, 'int32', shape);
}

function firstLargest(storage: Storage, start: number, stride: number, count: number): number {
  let best = 0;
  let largest = storage[start];
  for (let r = 0; r < count && !Number.isNaN(largest); r++) {
    const value = storage[start + r * stride];
    if (value > largest || Number.isNaN(value)) {
      best = r;
      largest = value;
    }
  }
  return best;
}

/** Math.max and Math.min are total orders with NaN on top, so any order of folding gives the same bits. */
function fold(x: Concrete, axes: readonly number[], pick: (a: number, b: number) => number): Concrete {
  const { storage, outer, count, inner, shape } = planFor(x, axes);
  const out = allocate(x.dtype, outer * inner);
  for (let o = 0; o < outer; o++) {
    const start = o * count * inner;
    for (let i = 0; i < inner; i++) {
      let best = storage[start + i];
      for (let r = 1; r < count; r++) best = pick(best, storage[start + r * inner + i]);
      out[o * inner + i] = best;
    }
  }
  return new Concrete(out, x.dtype, shape);
}

function planFor(x: Concrete, axes: readonly number[]): Plan {
  const first = axes[0] ?? x.rank;
  const after = first + axes.length;
  if (axes.length > 0 && axes[axes.length - 1] !== after - 1) return planFor(...movedToEnd(x, axes));
  let [outer, count, inner] = [1, 1, 1];
  const shape: number[] = [];
  for (let axis = 0; axis < x.rank; axis++) {
    const extent = x.shape[axis];
    if (axis < first) outer *= extent;
    else if (axis < after) count *= extent;
    else inner *= extent;
    if (axis < first || axis >= after) shape.push(extent);
  }
  return { storage: x.storage, outer, count, inner, shape };
}

function movedToEnd(x: Concrete, axes: readonly number[]): [Concrete, number[]] {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return [transpose(x, [...kept, ...axes]), axes.map((_, k) => kept.length + k)];
}

import type { Shape } from '../shape.ts';
import { sizeOf, stridesOf } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { readStrided, writeStrided } from './strided.ts';

/** The same elements in another shape of equal size; shares storage, which never changes. */
export function reshape(x: Concrete, shape: Shape): Concrete {
  return new Concrete(x.storage, x.dtype, shape);
}

/** Repeats along new leading axes and along axes of extent 1. */
export function broadcastTo(x: Concrete, shape: Shape): Concrete {
  const own = stridesOf(x.shape);
  const offset = shape.length - x.shape.length;
  const strides = shape.map((_, axis) => (axis < offset || x.shape[axis - offset] === 1 ? 0 : own[axis - offset]));
  return view(x, shape, 0, strides);
}

/** Axis k of the result is axis `permutation[k]` of x. */
export function transpose(x: Concrete, permutation: readonly number[]): Concrete {
  const own = stridesOf(x.shape);
  const shape = permutation.map((axis) => x.shape[axis]);
  return view(
    x,
    shape,
    0,
    permutation.map((axis) => own[axis]),
  );
}

/** Elements `starts`, `starts + steps`, … below `stops`, per axis; 0 ≤ start ≤ stop ≤ extent, step ≥ 1. */
export function slice(
  x: Concrete,
  starts: readonly number[],
  stops: readonly number[],
  steps: readonly number[],
): Concrete {
  const own = stridesOf(x.shape);
  const shape = starts.map((start, axis) => Math.max(0, Math.ceil((stops[axis] - start) / steps[axis])));
  const offset = starts.reduce((sum, start, axis) => sum + start * own[axis], 0);
  return view(
    x,
    shape,
    offset,
    own.map((stride, axis) => stride * steps[axis]),
  );
}

/** Reverses the order along each of `axes`. */
export function flip(x: Concrete, axes: readonly number[]): Concrete {
  const strides = stridesOf(x.shape);
  let offset = 0;
  for (const axis of axes) {
    offset += (x.shape[axis] - 1) * strides[axis];
    strides[axis] = -strides[axis];
  }
  return view(x, x.shape, offset, strides);
}

/** Puts `low` values before, `high` after, and `interior` between neighbours, per axis: the adjoint of `slice`. */
export function pad(
  x: Concrete,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[],
  value = 0,
): Concrete {
  const shape = x.shape.map((n, axis) => low[axis] + n + Math.max(0, n - 1) * interior[axis] + high[axis]);
  const strides = stridesOf(shape);
  const offset = low.reduce((sum, n, axis) => sum + n * strides[axis], 0);
  const out = allocate(x.dtype, sizeOf(shape));
  // fill only when asked: fresh memory is +0 already; −0 === 0, hence Object.is
  if (!Object.is(value, 0)) out.fill(value);
  writeStrided(
    out,
    offset,
    strides.map((stride, axis) => stride * (interior[axis] + 1)),
    x.shape,
    x.storage,
  );
  return new Concrete(out, x.dtype, shape);
}

/** Joins along an axis; at least one operand, equal in all other extents. */
export function concat(xs: readonly Concrete[], axis: number): Concrete {
  const [first] = xs;
  let extent = 0;
  for (const x of xs) extent += x.shape[axis];
  const shape = first.shape.map((n, k) => (k === axis ? extent : n));
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const out = allocate(first.dtype, sizeOf(shape));
  let start = 0;
  for (const { storage, shape: own } of xs) {
    const run = own[axis] * inner;
    writeStrided(out, start, [extent * inner, 1], [outer, run], storage);
    start += run;
  }
  return new Concrete(out, first.dtype, shape);
}

function view(x: Concrete, shape: Shape, offset: number, strides: readonly number[]): Concrete {
  const out = allocate(x.dtype, sizeOf(shape));
  readStrided(x.storage, offset, strides, shape, out);
  return new Concrete(out, x.dtype, shape);
}

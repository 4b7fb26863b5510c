import type { DType } from '../dtype.ts';
import { type Shape, sizeOf, type TensorType } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';

/** Place in `indices`, row-major, of the first that is not in −extent … extent − 1; −1 when all are. */
export function firstOutOfRange(indices: Concrete, extent: number): number {
  const list = indices.storage;
  for (let i = 0; i < list.length; i++) if (list[i] < -extent || list[i] >= extent) return i;
  return -1;
}

/** The slices of x at `indices` along `axis`, which the shape of `indices` replaces; negative ones count from the end. */
export function gather(x: Concrete, indices: Concrete, axis: number): Concrete {
  const { outer, extent, inner } = extentsAround(x.shape, axis);
  const from = x.storage;
  const list = indices.storage;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const out = allocate(x.dtype, sizeOf(shape));
  let next = 0;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < list.length; k++) {
      const start = (o * extent + fromFront(list[k], extent)) * inner;
      for (let i = 0; i < inner; i++) out[next++] = from[start + i];
    }
  }
  return new Concrete(out, x.dtype, shape);
}

/**
 * The adjoint of `gather`: zeros of type `target`, with every slice of `updates` added where `indices` says. An index
 * that comes back adds again, in ascending order of updates; float32 rounds every addition.
 */
export function scatterAdd(target: TensorType, indices: Concrete, updates: Concrete, axis: number): Concrete {
  const { outer, extent, inner } = extentsAround(target.shape, axis);
  const from = updates.storage;
  const list = indices.storage;
  const out = allocate(target.dtype, sizeOf(target.shape));
  let next = 0;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < list.length; k++) {
      const start = (o * extent + fromFront(list[k], extent)) * inner;
      for (let i = 0; i < inner; i++) out[start + i] += from[next++];
    }
  }
  return new Concrete(out, target.dtype, target.shape);
}

/** A new last axis of extent `depth`: 1 at the index, 0 elsewhere; negative indices count from the end. */
export function oneHot(indices: Concrete, depth: number, dtype: DType): Concrete {
  const list = indices.storage;
  const out = allocate(dtype, list.length * depth);
  for (let k = 0; k < list.length; k++) out[k * depth + fromFront(list[k], depth)] = 1;
  return new Concrete(out, dtype, [...indices.shape, depth]);
}

export const fromFront = (index: number, extent: number): number => (index < 0 ? index + extent : index);

/** An axis, and how many slices lie before and within it. */
export interface Extents {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

export function extentsAround(shape: Shape, axis: number): Extents {
  return { outer: sizeOf(shape.slice(0, axis)), extent: shape[axis], inner: sizeOf(shape.slice(axis + 1)) };
}

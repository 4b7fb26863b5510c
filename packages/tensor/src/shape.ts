import { type DType, dtypes } from './dtype.ts';
import { ArgumentError, AxisError, ShapeError } from './errors.ts';

/** Extents, outermost axis first. `[]` is a scalar. */
export type Shape = readonly number[];

/** All that a shape rule may look at. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Number of elements; 1 for a scalar, 0 when any extent is 0. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] as number; // axis < length
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

export const sameType = (a: TensorType, b: TensorType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** `[2,3]`; a scalar is `[]`. */
export const formatShape = (shape: Shape): string => `[${shape.join(',')}]`;

/** `f64[2,3]`: how messages and programs write a type. */
export const formatType = (type: TensorType): string => `${dtypes[type.dtype].short}${formatShape(type.shape)}`;

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number; // axis < length
  }
  return strides;
}

/** Throws unless `shape` is a list of integers ≥ 0. */
export function checkShape(op: string, shape: Shape): void {
  for (const extent of shape) {
    if (!Number.isInteger(extent) || extent < 0) {
      throw new ArgumentError(op, `${formatShape(shape)} is not a shape: extents are integers ≥ 0.`);
    }
  }
}

/** Throws unless `x` is a tensor, or the type of one: what a caller without types may pass instead. */
export function checkTensor(op: string, x: TensorType): void {
  if (typeof x === 'object' && x !== null && 'dtype' in x && 'shape' in x) return;
  const what = x === null ? 'null' : Array.isArray(x) ? 'an array' : `a ${typeof x}`;
  throw new ArgumentError(op, `takes a tensor, got ${what}. Use tensor(…).`);
}

/** The axis counted from the front; negative axes count from the back. */
export function normalizeAxis(op: string, axis: number, type: TensorType): number {
  checkTensor(op, type);
  const rank = type.shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? 'a scalar has no axes' : `axes are ${-rank}…${rank - 1}`;
    throw new AxisError(op, `axis ${axis} is out of range for ${formatType(type)}: ${range}.`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes counted from the front, ascending; all of them when `axes` is undefined. */
export function normalizeAxes(op: string, axes: number | readonly number[] | undefined, type: TensorType): number[] {
  checkTensor(op, type);
  if (axes === undefined) return type.shape.map((_, axis) => axis);
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => normalizeAxis(op, axis, type));
  const sorted = [...new Set(list)].sort((a, b) => a - b);
  if (sorted.length !== list.length)
    throw new AxisError(op, `axes [${axes}] of ${formatType(type)} name an axis twice.`);
  return sorted;
}

/** The common shape of two operands, by NumPy's rule: aligned at the last axis, extents equal or 1. */
export function broadcastShapes(op: string, a: TensorType, b: TensorType): Shape {
  if (sameShape(a.shape, b.shape)) return a.shape;
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape = new Array<number>(rank);
  for (let back = 1; back <= rank; back++) {
    const m = a.shape[a.shape.length - back] ?? 1;
    const n = b.shape[b.shape.length - back] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      const types = `${formatType(a)} with ${formatType(b)}`;
      throw new ShapeError(op, `cannot broadcast ${types}: axis ${-back} has sizes ${m} and ${n}.`);
    }
    shape[rank - back] = m === 1 ? n : m;
  }
  return shape;
}

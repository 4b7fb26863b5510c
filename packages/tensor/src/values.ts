import type { DType, Storage } from './dtype.ts';
import { ArgumentError, ShapeError } from './errors.ts';
import { formatShape, type Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** Numbers or booleans nested as deep as the rank, a typed array, or a tensor. */
export type TensorValues = NestedValues | Storage | Tensor;
/** A number or a boolean, or a list of such. */
export type NestedValues = number | boolean | readonly NestedValues[];

/** Values in a row, and what they suggest of a type. */
interface ReadValues {
  readonly storage: ArrayLike<number>;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Reads nested values, or tells by its path which one cannot be an element. */
export function readValues(values: NestedValues | Storage): ReadValues {
  if (ArrayBuffer.isView(values)) return { storage: values, dtype: dtypeOf(values), shape: [values.length] };
  const shape = shapeOf(values);
  const storage: number[] = [];
  let booleans = 0;
  const read = (value: unknown, axis: number, path: string): void => {
    if (axis === shape.length) {
      if (typeof value === 'boolean') booleans++;
      else if (typeof value !== 'number') throw notAnElement(value, path, shape, axis);
      storage.push(Number(value));
      return;
    }
    const list = listAt(value, path, shape, axis);
    for (let i = 0; i < list.length; i++) read(list[i], axis + 1, `${path}[${i}]`);
  };
  read(values, 0, '');
  if (booleans > 0 && booleans < storage.length) {
    throw new ArgumentError('tensor', 'the values mix booleans with numbers. Write 0 and 1, or only true and false.');
  }
  return { storage, dtype: booleans > 0 ? 'bool' : 'float64', shape: Object.freeze(shape) };
}

/** The extents along the first element of every axis. */
function shapeOf(values: unknown): number[] {
  const shape: number[] = [];
  for (let inner = values; Array.isArray(inner); inner = inner[0]) {
    if (shape.length === MAX_RANK)
      throw new ArgumentError('tensor', `the values are nested more than ${MAX_RANK} deep.`);
    shape.push(inner.length);
    if (inner.length === 0) break;
  }
  return shape;
}

/** Deeper than anybody means: a list that contains itself. */
const MAX_RANK = 64;

function listAt(value: unknown, path: string, shape: Shape, axis: number): readonly unknown[] {
  if (!Array.isArray(value)) {
    if (typeof value !== 'number' && typeof value !== 'boolean') throw notAnElement(value, path, shape, axis);
    throw new ShapeError('tensor', `${path} is a ${typeof value}, where ${sibling(path)} is a list of ${shape[axis]}.`);
  }
  if (value.length !== shape[axis]) {
    const lengths = `${path} has length ${value.length}, where ${sibling(path)} has length ${shape[axis]}`;
    throw new ShapeError('tensor', `${lengths}: rows of axis ${axis} must be equally long.`);
  }
  return value;
}

/** The path of the element that set the expectation: the first along every axis. */
const sibling = (path: string): string => path.replace(/\d+/g, '0');

function notAnElement(value: unknown, path: string, shape: Shape, axis: number): Error {
  if (Array.isArray(value)) {
    return new ShapeError(
      'tensor',
      `${path} is a list, where ${sibling(path)} is a number: shape ${formatShape(shape)}.`,
    );
  }
  const where = path === '' ? 'the value' : path;
  if (value === undefined && path !== '')
    return new ArgumentError('tensor', `${where} is undefined: the list has a hole.`);
  const expected = axis === shape.length ? 'not a number' : 'not a list of numbers';
  return new ArgumentError('tensor', `${where} is ${nameOf(value)}, ${expected}.${remedyFor(value)}`);
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string')
    return `a string, ${JSON.stringify(value.length > 20 ? `${value.slice(0, 20)}…` : value)}`;
  if (typeof value === 'object') return `an object, ${value.constructor?.name ?? 'without a class'}`;
  return typeof value === 'bigint' ? `a bigint, ${value}n` : `a ${typeof value}`;
}

function remedyFor(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
    return ' Convert it with Number(…).';
  return typeof value === 'bigint' ? ' Convert it with Number(…).' : '';
}

function dtypeOf(values: ArrayBufferView): DType {
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Int32Array) return 'int32';
  const name = values.constructor.name;
  if (values instanceof Uint8Array) {
    throw new ArgumentError(
      'tensor',
      `a ${name} may be numbers or booleans. Use Int32Array.from(…), or Array.from(…, Boolean).`,
    );
  }
  throw new ArgumentError('tensor', `a ${name} has no dtype here. Use Float64Array.from(…) or Int32Array.from(…).`);
}

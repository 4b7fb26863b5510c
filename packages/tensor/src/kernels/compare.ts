import type { DType } from '../dtype.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { mapBinary, mapUnary } from './map.ts';
import { binaryScalars, unaryScalars } from './scalar.ts';

const INT32_MAX = 2147483647;
const INT32_MIN = -2147483648;

/** x = y, as bool. */
export const equal = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.equal, 'bool');
/** x ≠ y (true for NaN), as bool. */
export const notEqual = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.notEqual, 'bool');
/** x < y, as bool. */
export const less = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.less, 'bool');
/** x ≤ y, as bool. */
export const lessEqual = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.lessEqual, 'bool');
/** x > y, as bool. */
export const greater = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.greater, 'bool');
/** x ≥ y, as bool. */
export const greaterEqual = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.greaterEqual, 'bool');
/** Both, of bools. */
export const logicalAnd = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.logicalAnd, 'bool');
/** Either, of bools. */
export const logicalOr = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.logicalOr, 'bool');
/** Not, of bools. */
export const logicalNot = (x: Concrete): Concrete => mapUnary(x, unaryScalars.logicalNot, 'bool');
/** Neither NaN nor infinite, as bool. */
const isFiniteKernel = (x: Concrete): Concrete => mapUnary(x, unaryScalars.isFinite, 'bool');

export { isFiniteKernel as isFinite };

/** x where the bool `cond` is true, else y. */
export function where(cond: Concrete, x: Concrete, y: Concrete): Concrete {
  const c = cond.storage;
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = c[i] !== 0 ? a[i] : b[i];
  else for (let i = 0; i < out.length; i++) out[i] = c[i] !== 0 ? a[i] : b[i];
  return new Concrete(out, x.dtype, x.shape);
}

/** Another dtype: to int32 truncates, saturates, NaN → 0; to bool is `x ≠ 0` (NaN is true); to float32 rounds. */
export function cast(x: Concrete, dtype: DType): Concrete {
  if (x.dtype === dtype) return x;
  const a = x.storage;
  const out = allocate(dtype, a.length);
  if (dtype === 'bool') for (let i = 0; i < out.length; i++) out[i] = a[i] !== 0 ? 1 : 0;
  else if (dtype === 'int32') for (let i = 0; i < out.length; i++) out[i] = toInt32(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = a[i];
  return new Concrete(out, dtype, x.shape);
}

/** The store truncates and makes NaN 0, but wraps: 2³¹ would become −2³¹. */
const toInt32 = (x: number): number => Math.min(Math.max(x, INT32_MIN), INT32_MAX);

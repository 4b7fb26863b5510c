import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { mapBinary, mapUnary } from './map.ts';
import { binaryScalars, unaryScalars } from './scalar.ts';

// Each loop stands in its own function, and twice where it is hot: an engine keeps type feedback per place in the
// source, so float64 stays fast however much float32 and int32 ran before. A store rounds to float32, or wraps to int32.

/** x + y. */
export function add(x: Concrete, y: Concrete): Concrete {
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  else for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  return new Concrete(out, x.dtype, x.shape);
}

/** x − y. */
export function sub(x: Concrete, y: Concrete): Concrete {
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  else for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  return new Concrete(out, x.dtype, x.shape);
}

/** x · y. int32 needs `imul`: the low bits of a 62-bit product do not survive in a double. */
export function mul(x: Concrete, y: Concrete): Concrete {
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  else if (x.dtype === 'float32') for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  else for (let i = 0; i < out.length; i++) out[i] = Math.imul(a[i], b[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** x / y, floats only. */
export function div(x: Concrete, y: Concrete): Concrete {
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = a[i] / b[i];
  else for (let i = 0; i < out.length; i++) out[i] = a[i] / b[i];
  return new Concrete(out, x.dtype, x.shape);
}

/** −x. */
export function neg(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = -a[i];
  else for (let i = 0; i < out.length; i++) out[i] = -a[i];
  return new Concrete(out, x.dtype, x.shape);
}

/** x². */
export function square(x: Concrete): Concrete {
  return mul(x, x);
}

/** √x, correctly rounded; NaN below zero. */
export function sqrt(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** 1 / x, correctly rounded. */
export function reciprocal(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = 1 / a[i];
  else for (let i = 0; i < out.length; i++) out[i] = 1 / a[i];
  return new Concrete(out, x.dtype, x.shape);
}

/** max(x, +0): NaN stays NaN, −0 becomes +0. */
export function relu(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i], 0);
  else for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i], 0);
  return new Concrete(out, x.dtype, x.shape);
}

/** The larger of two; NaN when either is NaN; −0 < +0. */
export function maximum(x: Concrete, y: Concrete): Concrete {
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i], b[i]);
  else for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i], b[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** The smaller of two; NaN when either is NaN; −0 < +0. */
export function minimum(x: Concrete, y: Concrete): Concrete {
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = Math.min(a[i], b[i]);
  else for (let i = 0; i < out.length; i++) out[i] = Math.min(a[i], b[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** |x|; int32 −2³¹ wraps to itself. */
export const abs = (x: Concrete): Concrete => mapUnary(x, unaryScalars.abs);
/** −1, ±0 or 1; NaN of NaN. */
export const sign = (x: Concrete): Concrete => mapUnary(x, unaryScalars.sign);
/** ⌊x⌋. */
export const floor = (x: Concrete): Concrete => mapUnary(x, unaryScalars.floor);
/** ⌈x⌉. */
export const ceil = (x: Concrete): Concrete => mapUnary(x, unaryScalars.ceil);
/** ⌊x / y⌋ as NumPy's floor_divide; integer division by 0 gives 0. */
export const floorDiv = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.floorDiv);
/** Remainder with the sign of y, as NumPy's remainder; the integer remainder by 0 is 0. */
export const remainder = (x: Concrete, y: Concrete): Concrete => mapBinary(x, y, binaryScalars.remainder);

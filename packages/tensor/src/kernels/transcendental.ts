import { float32, float64 } from '../elementary/index.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { mapUnary } from './map.ts';
import { unaryScalars } from './scalar.ts';

// Each map calls its function from a loop of its own, so that the engine sees one callee there and inlines it.

/** eˣ. */
export function exp(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.exp(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.exp(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** ln x; −∞ at ±0, NaN below. */
export function log(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.log(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.log(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** tanh x. */
export function tanh(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.tanh(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.tanh(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.sigmoid(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.sigmoid(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** ln(1 + eˣ). */
export function softplus(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.softplus(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.softplus(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** sin x, x in radians. */
export function sin(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.sin(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.sin(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** cos x, x in radians. */
export function cos(x: Concrete): Concrete {
  const a = x.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.cos(a[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.cos(a[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** xʸ. */
export function pow(x: Concrete, y: Concrete): Concrete {
  const a = x.storage;
  const b = y.storage;
  const out = allocate(x.dtype, a.length);
  if (x.dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = float64.pow(a[i], b[i]);
  else for (let i = 0; i < out.length; i++) out[i] = float32.pow(a[i], b[i]);
  return new Concrete(out, x.dtype, x.shape);
}

/** ln(1 + x), accurate near 0. */
export const log1p = (x: Concrete): Concrete => mapUnary(x, unaryScalars.log1p);
/** eˣ − 1, accurate near 0. */
export const expm1 = (x: Concrete): Concrete => mapUnary(x, unaryScalars.expm1);

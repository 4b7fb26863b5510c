import type { DType } from '../dtype.ts';
import { InternalError } from '../errors.ts';
import { formatType } from '../shape.ts';
import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import type { ScalarForms } from './scalar.ts';

/** Applies a scalar form to every element: for maps that are not hot enough to have a loop of their own. */
export function mapUnary(x: Concrete, forms: ScalarForms<(x: number) => number>, to: DType = x.dtype): Concrete {
  const f = formFor(x, forms);
  const a = x.storage;
  const out = allocate(to, a.length);
  for (let i = 0; i < out.length; i++) out[i] = f(a[i]);
  return new Concrete(out, to, x.shape);
}

/** Applies a scalar form to every pair of elements. */
export function mapBinary(
  x: Concrete,
  y: Concrete,
  forms: ScalarForms<(x: number, y: number) => number>,
  to: DType = x.dtype,
): Concrete {
  const f = formFor(x, forms);
  const a = x.storage;
  const b = y.storage;
  const out = allocate(to, a.length);
  for (let i = 0; i < out.length; i++) out[i] = f(a[i], b[i]);
  return new Concrete(out, to, x.shape);
}

function formFor<F>(x: Concrete, forms: ScalarForms<F>): F {
  const f = forms[x.dtype];
  if (f === undefined)
    throw new InternalError(`a kernel was given ${formatType(x)}, which its op should have refused.`);
  return f;
}

import type { DType } from '@throughline/tensor';
import { type Element, elements } from '../bytes/elements.ts';

/** How a dtype of NumPy is read. */
export interface Described {
  readonly element: Element;
  readonly little: boolean;
}

const byKind: Readonly<Record<string, Element>> = {
  f8: elements.f64,
  f4: elements.f32,
  f2: elements.f16,
  i1: elements.i8,
  i2: elements.i16,
  i4: elements.i32,
  i8: elements.i64,
  u1: elements.u8,
  u2: elements.u16,
  u4: elements.u32,
  u8: elements.u64,
  b1: elements.bool,
};

const refused: Readonly<Record<string, string>> = {
  O: 'Python objects are stored as a pickle, which runs code when it is read. Save numbers: array.astype("float64").',
  c: 'complex numbers are no dtype here. Save array.real and array.imag.',
  U: 'texts are no numbers. Save their codes.',
  S: 'texts are no numbers. Save their codes.',
  V: 'raw bytes are no numbers. Save array.view with a dtype of numbers.',
  M: 'dates are no numbers. Save array.astype("int64").astype("float64").',
  m: 'time differences are no numbers. Save array.astype("float64").',
};

/** `'<f8'` as how it is read, or why it is not. */
export function describe(descr: string): Described | string {
  const [, order = '', kind = ''] = /^([<>|=]?)([a-zA-Z]\d*)/.exec(descr) ?? [];
  const known = Object.hasOwn(byKind, kind) && descr === order + kind ? byKind[kind] : undefined;
  if (known === undefined) {
    const why = Object.hasOwn(refused, kind.charAt(0)) ? refused[kind.charAt(0)] : undefined;
    return why ?? 'this dtype is not read. Save array.astype("float64").';
  }
  if (order === '=' || (order === '|' && known.bytes > 1) || order === '')
    return 'the order of bytes is not said: it is < or >.';
  return { element: known, little: order !== '>' };
}

/** What our dtypes are called there. */
export const descrOf: Readonly<Record<DType, string>> = { float64: '<f8', float32: '<f4', int32: '<i4', bool: '|b1' };

import type { DType } from '@throughline/tensor';
import { type Element, elements } from '../bytes/elements.ts';

const byName: Readonly<Record<string, Element>> = {
  F64: elements.f64,
  F32: elements.f32,
  F16: elements.f16,
  BF16: elements.bf16,
  I64: elements.i64,
  I32: elements.i32,
  I16: elements.i16,
  I8: elements.i8,
  U64: elements.u64,
  U32: elements.u32,
  U16: elements.u16,
  U8: elements.u8,
  BOOL: elements.bool,
};

/** How numbers of a dtype of the format are read. */
export const elementOf = (name: string): Element | undefined =>
  Object.hasOwn(byName, name) ? byName[name] : undefined;

/** What our dtypes are called there. */
export const nameOf: Readonly<Record<DType, string>> = { float64: 'F64', float32: 'F32', int32: 'I32', bool: 'BOOL' };

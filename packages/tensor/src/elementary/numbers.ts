import type { Arithmetic } from './arithmetic.ts';
import { exponent, exponentSingle, pow2, pow2Single } from './bits.ts';

/** The part that needs no rounding, the same in both precisions. */
const exact = {
  constant: (k: number) => k,
  neg: (a: number) => -a,
  abs: (a: number) => Math.abs(a),
  floor: (a: number) => Math.floor(a),
  less: (a: number, b: number) => a < b,
  lessEqual: (a: number, b: number) => a <= b,
  equal: (a: number, b: number) => a === b,
  and: (a: boolean, b: boolean) => a && b,
  or: (a: boolean, b: boolean) => a || b,
  not: (a: boolean) => !a,
  select: (c: boolean, whenTrue: number, whenFalse: number) => (c ? whenTrue : whenFalse),
  branch: (c: boolean, whenTrue: () => readonly number[], whenFalse: () => readonly number[]) =>
    c ? whenTrue() : whenFalse(),
  lookup: (table: readonly number[], i: number) => table[i] as number, // in range by contract
};

/** float64 on JavaScript numbers: the meaning of the steps, slow. The kernels are the same steps, printed. */
export const numbers64: Arithmetic<number, boolean> = {
  ...exact,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  sqrt: (a) => Math.sqrt(a),
  pow2,
  exponent,
};

/** float32 on JavaScript numbers: each operation in float64, then rounded, is the correctly rounded float32 operation. */
export const numbers32: Arithmetic<number, boolean> = {
  ...exact,
  add: (a, b) => Math.fround(a + b),
  sub: (a, b) => Math.fround(a - b),
  mul: (a, b) => Math.fround(a * b),
  div: (a, b) => Math.fround(a / b),
  sqrt: (a) => Math.fround(Math.sqrt(a)),
  pow2: pow2Single,
  exponent: exponentSingle,
};

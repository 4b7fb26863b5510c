/**
 * All that an elementary function may do to a value. Steps written against this interface run on numbers (`numbers64`,
 * `numbers32`), print as plain functions (`float64.ts`, `float32.ts`), and can be emitted as SIMD code; the bits are the same each time,
 * because every operation is exact or correctly rounded in the precision of the arithmetic. There is no fused
 * multiply-add, and no operation depends on data it was not given.
 *
 * `V` is a lane of floating-point values, `C` a lane of truth values. p is the precision: 53 or 24 bits.
 */
export interface Arithmetic<V, C> {
  /** A literal; it must be representable in the precision. */
  constant(k: number): V;

  /** Correctly rounded to nearest, ties to even. */
  add(a: V, b: V): V;
  sub(a: V, b: V): V;
  mul(a: V, b: V): V;
  div(a: V, b: V): V;
  sqrt(a: V): V;

  /** Exact, also on −0; the sign of a NaN is not looked at. */
  neg(a: V): V;
  abs(a: V): V;
  floor(a: V): V;

  /** False when an operand is NaN. */
  less(a: V, b: V): C;
  lessEqual(a: V, b: V): C;
  equal(a: V, b: V): C;
  and(a: C, b: C): C;
  or(a: C, b: C): C;
  not(a: C): C;

  /** Lane by lane, `whenTrue` where `c` holds: both values were computed. */
  select(c: C, whenTrue: V, whenFalse: V): V;
  /**
   * `select` over lists of equal length, with permission not to compute what no lane wants. Both arms are defined for every
   * lane, so computing both and selecting gives the same bits.
   */
  branch(c: C, whenTrue: () => readonly V[], whenFalse: () => readonly V[]): readonly V[];

  /** 2^n for an integer n from 1 − emax to emax (1023 or 127): n + emax, moved to the exponent's bits. Any bits for other n. */
  pow2(n: V): V;
  /** e of |x| = s·2^e, 1 ≤ s < 2: the exponent's bits minus emax. x normal; any value for other x. */
  exponent(x: V): V;

  /** `table[i]`, i an integer in range for every lane, for every x. */
  lookup(table: readonly number[], i: V): V;
}

import type { Index } from './places.ts';
import type { Rational } from './rational.ts';

/** A value as a sum of products over atoms, position by position: the same for equal expressions. By key. */
export type Form = ReadonlyMap<string, Term>;

/** coefficient · Σ over bound places of the product of ranges and factors. */
export interface Term {
  readonly coefficient: Rational;
  /** Extents of the bound places −1, −2, … */
  readonly bound: readonly number[];
  readonly ranges: readonly Range[];
  readonly factors: readonly Factor[];
  /** Everything but the coefficient. */
  readonly key: string;
}

/** 1 where low ≤ of < high, else 0: parts of what was joined, sliced or padded. */
export interface Range {
  readonly of: Index;
  readonly low: number;
  readonly high: number;
}

/** An atom at a position, to a power. */
export interface Factor {
  readonly atom: Atom;
  readonly at: readonly Index[];
  readonly power: Rational;
}

/**
 * What products are made of: an input, a constant, or a function of forms. A function is written over formal places
 * 1, 2, …, so that σ(x) at [i, j] and at [j, i] are one atom at two positions.
 */
export interface Atom {
  readonly id: number;
  readonly op: string;
  readonly args: readonly Form[];
  /** Whether `at` says where the formal places of the arguments stand; a closed atom's are axes of its own. */
  readonly isOpen: boolean;
  /** b² = b: it is 0 or 1. */
  readonly isChoice: boolean;
  readonly isPositive: boolean;
}

/** Thrown inside when a form grows too large to be of use; then nothing is proved. */
export class TooLarge extends Error {}

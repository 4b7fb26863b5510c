import type { Concrete, Tensor, TensorType } from '@throughline/tensor';
import type fc from 'fast-check';

/** One call of a primitive. */
export interface Sample<P = unknown> {
  readonly inputs: readonly Concrete[];
  readonly params: P;
}

/** A call that a shape rule must refuse, with an error that starts with the primitive's name. */
export interface Refusal<P = unknown> {
  readonly inputs: readonly TensorType[];
  readonly params: P;
}

/** A call at a kink, with what the documentation says of it: each operand's cotangent when every result's is 1. */
export interface Kink<P = unknown> extends Sample<P> {
  readonly expected: readonly (readonly number[])[];
}

/** Calls by which a primitive is checked. */
export interface PrimitiveSamples<P = unknown> {
  /**
   * Float64 calls at which every result has a derivative with respect to every float operand: within the domain, away
   * from kinks and jumps. Null when the primitive has no derivative by design.
   */
  readonly smooth: fc.Arbitrary<Sample<P>> | null;
  /** Any calls it accepts: all dtypes, extents of 0, scalars, NaN, ±∞, −0. `smooth` by default. */
  readonly any?: fc.Arbitrary<Sample<P>>;
  /** Where the derivative is a convention. */
  readonly kinks?: readonly Kink<P>[];
  readonly refused: readonly Refusal<P>[];
  /** Why derivatives are not held against differences, where they are meant to be something else. */
  readonly notTheDerivative?: string;
  /** How near derivatives come to differences, when that is not 1e-9, and why. */
  readonly tolerance?: { readonly value: number; readonly because: string };
}

/** An op that is a function over primitives, with calls at which the table of derivatives measures it. */
export interface Composite<P = unknown> extends Pick<PrimitiveSamples<P>, 'smooth' | 'any' | 'tolerance'> {
  /** The op at its tensors. What it gives is a tensor, or several in a list. */
  run(inputs: readonly Tensor[], params: P): Tensor | readonly Tensor[];
}

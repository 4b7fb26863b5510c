/** What a case promises: where its first NaN or infinity is made, and why. Written before there was any detector. */
export interface Expected {
  /** The primitive that makes it; in the backward direction the one whose pullback makes it. */
  readonly op: string;
  readonly direction: 'forward' | 'backward';
  /** The cell whose step runs it. */
  readonly cell: string | null;
  /**
   * The gate it belongs to: what runs inside a gate's `affine`, and what is computed from a gate's value alone, as the
   * sigmoid around it.
   */
  readonly gate: string | null;
  /** From 1 up, in the order in which the steps run. */
  readonly step: number | null;
  readonly cause: Cause;
}

/** Causes by name. */
export type Cause =
  | 'inactive where branch'
  | 'sqrt at 0'
  | 'log of 0'
  | '0·∞'
  | '∞−∞'
  | 'division by 0'
  | 'exploding product'
  | 'exp overflow'
  | 'pow of 0'
  | 'pow of a negative number'
  | 'overflow'
  | 'entered'
  | 'unexplained';

/** Wraps a function of tensors, as a detector does. */
export type Wrap = <A extends readonly unknown[], R>(f: (...args: A) => R) => (...args: A) => R;

/** A program that goes wrong at a known place. */
export interface ZooCase {
  readonly name: string;
  /** The file of the zoo that holds the user's line: the one that ends in `// ← mark`. */
  readonly file: 'natural.ts' | 'natural-cells.ts' | 'injected.ts' | 'fuse.ts';
  readonly mark: string;
  readonly expected: Expected;
  /** Runs it as `wrap` has it: the identity runs it plainly. */
  run(wrap: Wrap): unknown;
}

/** Nothing is said of cell, gate and step where a program has none. */
export const outsideCells = { cell: null, gate: null, step: null } as const;

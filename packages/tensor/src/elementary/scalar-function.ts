import type { Arithmetic } from './arithmetic.ts';

/** The steps of a function of some values, over any arithmetic of the right precision. */
export type FunctionSteps = <V, C>(m: Arithmetic<V, C>, ...xs: V[]) => V;

/**
 * A scalar function of floats as a value: all that a back end, a printer or a check needs to know of it. Whoever has one can
 * make a map of it; no list of operations grows.
 */
export interface ScalarFunction {
  readonly name: string;
  /** What it is, by precision. */
  readonly steps: { readonly [precision in 'float64' | 'float32']: FunctionSteps };
  /** The same, printed as plain functions of numbers: to the same bits. */
  readonly kernels: { readonly [precision in 'float64' | 'float32']: (...xs: number[]) => number };
  /** What one value takes, in additions. */
  readonly cost: number;
  /** How it is written in LaTeX before its operands in parentheses; `\operatorname{name}` by default. */
  readonly tex?: string;
}

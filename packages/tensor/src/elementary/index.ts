import * as single from './float32.ts';
import * as double from './float64.ts';

/** The elementary functions on numbers, by name. Errors: docs/elementary.md. */
export interface Elementary {
  readonly exp: (x: number) => number;
  readonly expm1: (x: number) => number;
  readonly log: (x: number) => number;
  readonly log1p: (x: number) => number;
  readonly sin: (x: number) => number;
  readonly cos: (x: number) => number;
  readonly tanh: (x: number) => number;
  /** 1/(1 + e^−x). */
  readonly sigmoid: (x: number) => number;
  /** log(1 + e^x). */
  readonly softplus: (x: number) => number;
  readonly pow: (x: number, y: number) => number;
}

const { exp, expm1, log, log1p, sin, cos, tanh, sigmoid, softplus, pow } = double;

export const float64: Elementary = { exp, expm1, log, log1p, sin, cos, tanh, sigmoid, softplus, pow };

/** Arguments must be float32 values (`Math.fround(x) === x`); results are. */
export const float32: Elementary = {
  exp: single.exp,
  expm1: single.expm1,
  log: single.log,
  log1p: single.log1p,
  sin: single.sin,
  cos: single.cos,
  tanh: single.tanh,
  sigmoid: single.sigmoid,
  softplus: single.softplus,
  pow: single.pow,
};

export type { Arithmetic } from './arithmetic.ts';
export { numbers32, numbers64 } from './numbers.ts';
export type { FunctionSteps, ScalarFunction } from './scalar-function.ts';
export { type BinarySteps, type Steps, steps, type UnarySteps } from './steps/index.ts';

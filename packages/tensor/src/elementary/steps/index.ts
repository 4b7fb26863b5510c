import type { Arithmetic } from '../arithmetic.ts';
import { tables32, tables64 } from '../tables.ts';
import { cos, sin } from './circle.ts';
import { exp, expm1 } from './exponential.ts';
import { log, log1p } from './logarithm.ts';
import { pow } from './pow.ts';
import { sigmoid, softplus, tanh } from './sigmoid.ts';
import type { Tables } from './tables.ts';

/** The steps of a function of one value, over any arithmetic of the right precision. */
export type UnarySteps = <V, C>(m: Arithmetic<V, C>, x: V) => V;
export type BinarySteps = <V, C>(m: Arithmetic<V, C>, x: V, y: V) => V;

export interface Steps {
  readonly exp: UnarySteps;
  readonly expm1: UnarySteps;
  readonly log: UnarySteps;
  readonly log1p: UnarySteps;
  readonly sin: UnarySteps;
  readonly cos: UnarySteps;
  readonly tanh: UnarySteps;
  readonly sigmoid: UnarySteps;
  readonly softplus: UnarySteps;
  readonly pow: BinarySteps;
}

const withTables = (t: Tables): Steps => ({
  exp: (m, x) => exp(m, t, x),
  expm1: (m, x) => expm1(m, t, x),
  log: (m, x) => log(m, t, x),
  log1p: (m, x) => log1p(m, t, x),
  sin: (m, x) => sin(m, t, x),
  cos: (m, x) => cos(m, t, x),
  tanh: (m, x) => tanh(m, t, x),
  sigmoid: (m, x) => sigmoid(m, t, x),
  softplus: (m, x) => softplus(m, t, x),
  pow: (m, x, y) => pow(m, t, x, y),
});

/** The one definition of each elementary function, by precision. */
export const steps: { readonly float64: Steps; readonly float32: Steps } = {
  float64: withTables(tables64),
  float32: withTables(tables32),
};

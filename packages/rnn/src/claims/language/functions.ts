import type { FoldOp } from './ast.ts';

/** Functions of every element. */
export const elementwise = ['tanh', 'sigmoid', 'exp', 'log', 'sqrt', 'abs'] as const;
export type Elementwise = (typeof elementwise)[number];
export const isElementwise = (name: string): name is Elementwise => elementwise.includes(name as Elementwise); // looked up

/** Functions that run over a range of steps, or over the elements of their argument. */
export const foldOps: readonly FoldOp[] = ['prod', 'sum', 'max', 'min'];
export const isFold = (name: string): name is FoldOp => foldOps.includes(name as FoldOp); // looked up

/** Spectral radius, the largest singular value, norms. */
const ofMatrices = ['diag', 'transpose', 'norm', 'σmax', 'sigmaMax', 'ρ', 'rho'];

export const functionNames: readonly string[] = [...ofMatrices, ...elementwise, ...foldOps];

/** sup |φ′| over all real numbers. */
export const largestSlope: Readonly<Record<string, number>> = {
  tanh: 1,
  sigmoid: 0.25,
  relu: 1,
  softplus: 1,
  sin: 1,
  cos: 1,
};

import type { ScalarOp } from '@throughline/autograd/back-end';

/** Scalar operations that take tens of instructions: worth to be done once, in whole rows, and by several threads. */
export const transcendental: ReadonlySet<string> = new Set<ScalarOp>([
  ...(['exp', 'log', 'log1p', 'expm1', 'pow'] as const),
  ...(['sin', 'cos', 'tanh', 'sigmoid', 'softplus'] as const),
]);

import type { ScalarOp } from '@throughline/autograd/back-end';
import type { ScalarFunction } from '@throughline/tensor/elementary';

/** What stands at a node of a map's expression: an operation of the closed list, or a function that brings its own steps. */
export type NodeOp = ScalarOp | ScalarFunction;

export const operationName = (op: NodeOp): string => (typeof op === 'string' ? op : op.name);

/** Past this (in additions), computing again is dearer than a store and a load. */
export const DEAR = 16;

const elementary: ReadonlySet<ScalarOp> = new Set<ScalarOp>([
  ...(['exp', 'log', 'log1p', 'expm1', 'pow'] as const),
  ...(['sin', 'cos', 'tanh', 'sigmoid', 'softplus'] as const),
]);

/** Whether it takes tens of instructions: worth to be done once, in whole rows, and by several threads. */
export const isTranscendental = (op: NodeOp): boolean => (typeof op === 'string' ? elementary.has(op) : op.cost > DEAR);

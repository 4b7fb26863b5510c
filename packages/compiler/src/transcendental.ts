import type { ScalarOp } from '@throughline/autograd/back-end';
import type { ScalarFunction } from '@throughline/tensor/elementary';

/** What stands at a node of a map's expression: an operation of the closed list, or a function that brings its own steps. */
export type NodeOp = ScalarOp | ScalarFunction;

export const operationName = (op: NodeOp): string => (typeof op === 'string' ? op : op.name);

/** Past this (in additions), a value that several read is stored: computing it again is dearer than a store and a load. */
export const AGAIN = 8;

/** Past this, it is computed in a row of its own before a sum adds it up, and by several threads. */
export const DEAR = 16;

const dear: { readonly [Op in ScalarOp]?: number } = {
  ...{ div: 9, sqrt: 9, floorDiv: 10, remainder: 10 },
  ...{ exp: 20, log: 20, log1p: 20, expm1: 20, pow: 60, sin: 30, cos: 30, tanh: 30, sigmoid: 30, softplus: 40 },
};

/** What an operation takes on one element, in additions. */
export const costOf = (op: NodeOp): number => (typeof op === 'string' ? (dear[op] ?? 1) : op.cost);

/** Whether it takes tens of instructions: worth to be done once, in whole rows, and by several threads. */
export const isTranscendental = (op: NodeOp): boolean => costOf(op) > DEAR;

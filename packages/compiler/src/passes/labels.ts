import type { Params } from '@throughline/autograd/back-end';
import type { Shape } from '@throughline/tensor';

/** A contract's labels: one per axis of each operand and of the result. */
export interface Labels {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

export const labelsOf = (params: Params): Labels => params as unknown as Labels; // a contract's params are these

/** The labels numbered by first appearance: equal texts for equal products. */
export function normalLabels(params: Params): string {
  const { a, b, out } = labelsOf(params);
  const order = [...new Set([...a, ...b])];
  return [a, b, out].map((list) => list.map((label) => order.indexOf(label)).join()).join('|');
}

/** The summed labels that matter to the order of a sum, as an operand lists them: those of more than one index. */
export const summedOf = (list: readonly number[], shape: Shape, out: readonly number[]): number[] =>
  list.filter((label, axis) => !out.includes(label) && shape[axis] !== 1);

/** A label that a contract does not have. */
export const freshLabel = ({ a, b }: Labels): number => 1 + Math.max(-1, ...a, ...b);

import type { Equation, VarId } from '@throughline/autograd/back-end';
import { type Draft, rewriteEach } from './draft.ts';
import type { Pass } from './pass.ts';
import { isSum, usesOf } from './rank.ts';

/** Reassociating: a sum of a sum is one sum over the axes of both, where nothing else reads the first. */
export const mergeSums: Pass = (program, say) => {
  const uses = usesOf(program);
  const merge = (equation: Equation, draft: Draft): boolean => {
    const [x] = equation.inputs as readonly [VarId]; // of a reduction
    const first = uses[x] === 1 ? draft.maker(x) : undefined;
    if (first === undefined || !isSum(first)) return false;
    const rank = draft.type(first.inputs[0] as VarId).shape.length; // as above
    const axes = allAxes(axesOf(first), axesOf(equation), rank);
    draft.keep({ ...equation, inputs: first.inputs, params: { ...equation.params, axes } });
    return true;
  };
  return rewriteEach(program, isSum, merge, say);
};

const axesOf = ({ params }: Equation): readonly number[] => (params as { axes: readonly number[] }).axes; // of a reduction

/** The axes of x that are summed when `first` are and then, of those left, `second`. */
function allAxes(first: readonly number[], second: readonly number[], rank: number): number[] {
  const dropped = first.map((axis) => (axis < 0 ? axis + rank : axis));
  const left = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !dropped.includes(axis));
  const both = [...dropped, ...second.map((axis) => left.at(axis) as number)]; // it is an axis of what is left
  return both.toSorted((a, b) => a - b);
}

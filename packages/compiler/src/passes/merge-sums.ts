import type { Equation, VarId } from '@throughline/autograd/back-end';
import { Draft } from './draft.ts';
import type { Pass } from './pass.ts';

/** Reassociating: a sum of a sum is one sum over the axes of both, where nothing else reads the first. */
export const mergeSums: Pass = (program, say) => {
  const sums = program.equations.filter(isSum);
  if (sums.length < 2) return program;
  const readers: number[] = [];
  for (const id of [...program.equations.flatMap(({ inputs }) => inputs), ...program.outputs]) {
    readers[id] = (readers[id] ?? 0) + 1;
  }
  const draft = new Draft(program);
  let merged = 0;
  for (const equation of program.equations) {
    const [x] = equation.inputs;
    const first = isSum(equation) && x !== undefined && readers[x] === 1 ? draft.maker(x) : undefined;
    if (first === undefined || !isSum(first)) {
      draft.keep(equation);
      continue;
    }
    const rank = draft.type(first.inputs[0] as VarId).shape.length; // of a reduction
    const axes = allAxes(axesOf(first), axesOf(equation), rank);
    draft.keep({ ...equation, inputs: first.inputs, params: { ...equation.params, axes } });
    merged++;
  }
  if (merged === 0) return program;
  say?.(`${merged} sums of sums are one`);
  return draft.finish();
};

const isSum = ({ primitive: { semantics } }: Equation): boolean =>
  semantics.kind === 'reduce' && semantics.combine === 'sum';

const axesOf = ({ params }: Equation): readonly number[] => (params as { axes: readonly number[] }).axes; // of a reduction

/** The axes of x that are summed when `first` are and then, of those left, `second`. */
function allAxes(first: readonly number[], second: readonly number[], rank: number): number[] {
  const dropped = first.map((axis) => (axis < 0 ? axis + rank : axis));
  const left = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !dropped.includes(axis));
  const both = [...dropped, ...second.map((axis) => left.at(axis) as number)]; // it is an axis of what is left
  return both.toSorted((a, b) => a - b);
}

/** @file What the values of a loop's body depend on, and what equations cost. */
import type { Equation, ScalarExpression, VarId } from '@throughline/autograd/back-end';
import { dtypes, sizeOf, type TensorType } from '@throughline/tensor';
import { isTranscendental as isDear, type Operation } from '../transcendental.ts';
import type { Loop } from './loop.ts';

/** On nothing that changes; on this step's slices; on steps before, or on what only the loop can do. */
export type Rank = 0 | 1 | 2;

/** The rank of every variable of a body. Loops, calls and host primitives that need slices stay where they are. */
export function ranksOf({ program, carries, xs }: Loop): (id: VarId) => Rank {
  const ranks: Rank[] = [];
  for (const { inner } of xs) ranks[inner] = 1;
  for (const { inner } of carries) ranks[inner] = 2;
  const rank = (id: VarId): Rank => ranks[id] ?? 0;
  for (const equation of program.equations) {
    const highest: Rank = equation.inputs.some((id) => rank(id) === 2)
      ? 2
      : equation.inputs.some((id) => rank(id) === 1)
        ? 1
        : 0;
    const stays = highest === 1 && !isMovable(equation);
    if (highest > 0) for (const id of equation.outputs) ranks[id] = stays ? 2 : highest;
  }
  return rank;
}

/** Whether it can run for all steps at once at no more than what it costs in the loop. */
export function isMovable({ primitive: { semantics } }: Equation): boolean {
  return semantics.kind !== 'structured' && semantics.kind !== 'host' && semantics.kind !== 'scatter';
}

/** Whether a loop runs loops or calls inside: memory was meant to be saved by that. */
export const hasLoopsInside = ({ program }: Loop): boolean =>
  program.equations.some(
    ({ primitive: { semantics } }) => semantics.kind === 'structured' && semantics.control !== 'branch',
  );

const someOp = (expression: ScalarExpression, is: (op: Operation) => boolean): boolean =>
  'args' in expression &&
  (is('op' in expression ? expression.op : expression.function) || expression.args.some((arg) => someOp(arg, is)));

/** A map with an elementary function in it. */
export const isTranscendental = ({ primitive: { semantics } }: Equation): boolean =>
  semantics.kind === 'map' && someOp(semantics.expression, isDear);

/** A map that costs less than reading its result from memory. */
export const isCheap = ({ primitive: { semantics } }: Equation): boolean =>
  semantics.kind === 'map' && !someOp(semantics.expression, (op) => isDear(op) || op === 'div' || op === 'sqrt');

/** A view that is read where its operand lies. */
export const isFree = ({ primitive: { semantics }, inputs, outputs }: Equation): boolean =>
  semantics.kind === 'view' && semantics.fill === undefined && inputs.length === 1 && outputs.length >= 1;

/** A sum of two. */
export const isAdd = ({ primitive: { semantics } }: Equation): boolean =>
  semantics.kind === 'map' &&
  'op' in semantics.expression &&
  semantics.expression.op === 'add' &&
  semantics.expression.args.every((arg) => 'input' in arg);

export const bytesOf = ({ dtype, shape }: TensorType): number => sizeOf(shape) * (dtypes[dtype].bytes ?? 8);

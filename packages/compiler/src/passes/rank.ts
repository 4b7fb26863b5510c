/** @file What the values of a loop's body depend on, and what equations cost. */
import type { Equation, Program, ScalarExpression, ScalarOp, VarId } from '@throughline/autograd/back-end';
import { dtypes, sizeOf, type TensorType } from '@throughline/tensor';
import { isTranscendental as isDear } from '../transcendental.ts';
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
    const highest = Math.max(0, ...equation.inputs.map(rank)) as Rank; // of ranks
    const stays = highest === 1 && !isMovable(equation);
    if (highest > 0) for (const id of equation.outputs) ranks[id] = stays ? 2 : highest;
  }
  return rank;
}

/** Whether it can run for all steps at once at no more than what it costs in the loop. */
export function isMovable({ primitive: { semantics } }: Equation): boolean {
  return semantics.kind !== 'structured' && semantics.kind !== 'host' && semantics.kind !== 'scatter';
}

/**
 * Whether a loop keeps what would take more memory outside: one under a checkpoint schedule, or that runs loops or calls
 * inside, was written to save memory. One without steps keeps what it never does.
 */
export const keepsAll = ({ program, params: { length, checkpoint } }: Loop): boolean =>
  length === 0 ||
  checkpoint !== undefined ||
  program.equations.some(
    ({ primitive: { semantics } }) => semantics.kind === 'structured' && semantics.control !== 'branch',
  );

/** How often each variable is read. */
export function usesOf({ equations, outputs }: Program): readonly number[] {
  const uses: number[] = [];
  for (const ids of [...equations.map(({ inputs }) => inputs), outputs]) {
    for (const id of ids) uses[id] = (uses[id] ?? 0) + 1;
  }
  return uses;
}

/** Adds what the equations read that give any of these. */
export function addNeeded(equations: readonly Equation[], needed: Set<VarId>): void {
  for (const { inputs, outputs } of equations.toReversed()) {
    if (outputs.some((id) => needed.has(id))) for (const id of inputs) needed.add(id);
  }
}

const hasDear = (expression: ScalarExpression): boolean =>
  'args' in expression &&
  (isDear('op' in expression ? expression.op : expression.function) || expression.args.some(hasDear));

/** A map with an elementary function in it. */
export const isTranscendental = ({ primitive: { semantics } }: Equation): boolean =>
  semantics.kind === 'map' && hasDear(semantics.expression);

/** A map that costs less than to write its result to memory and to read it again. */
export const isCheap = (equation: Equation): boolean =>
  equation.primitive.semantics.kind === 'map' && !isTranscendental(equation);

/** A view that is read where its operand lies. */
export const isFree = ({ primitive: { semantics }, inputs, outputs }: Equation): boolean =>
  semantics.kind === 'view' && semantics.fill === undefined && inputs.length === 1 && outputs.length >= 1;

/** A map that is one operation on operands of its equation: which, and on which in its order. */
export function operationOf({ primitive: { semantics }, inputs }: Pick<Equation, 'primitive' | 'inputs'>): Operation {
  if (semantics.kind !== 'map' || !('op' in semantics.expression)) return none;
  const { op, args } = semantics.expression;
  return args.every((arg) => 'input' in arg)
    ? { op, operands: args.map((arg) => inputs[arg.input] as VarId) } // an expression names its own operands
    : none;
}

interface Operation {
  /** Undefined when it is no such map. */
  readonly op?: ScalarOp;
  readonly operands: readonly VarId[];
}
const none: Operation = { operands: [] };

/** A sum of two. */
export const isAdd = (equation: Equation): boolean =>
  equation.inputs.length === 2 && operationOf(equation).op === 'add';

/** A reduction that adds up. */
export const isSum = ({ primitive: { semantics } }: Equation): boolean =>
  semantics.kind === 'reduce' && semantics.combine === 'sum';

export const bytesOf = ({ dtype, shape }: TensorType): number => sizeOf(shape) * dtypes[dtype].bytes;

import type { CondParams, Equation, Program, VarId } from '@throughline/autograd/back-end';
import type { Kernel } from '../plan/ir.ts';
import type { Block } from './block.ts';
import { lowerBody, operandOf } from './body.ts';

/** A choice: both bodies store their results in the same places, and one of them runs. */
export function lowerBranch(block: Block, equation: Equation): void {
  const { onTrue, onFalse } = equation.params as unknown as CondParams; // what `branch` says of params
  const [choice, ...rest] = equation.inputs;
  const predicate = block.place(choice as VarId); // the first operand
  const operands = rest.map((id) => operandOf(block, id));
  const results = equation.outputs.map((id) => block.homeOf(id));
  const lowered = (body: Program): readonly Kernel[] => lowerBody(block, body, operands, results);
  block.push({ kind: 'branch', predicate, onTrue: lowered(onTrue), onFalse: lowered(onFalse) }, equation, results);
}

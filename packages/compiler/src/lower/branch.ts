import type { CondParams, Equation, Program, VarId } from '@throughline/autograd/back-end';
import type { Access, Kernel } from '../plan/ir.ts';
import { Block } from './block.ts';
import { type Expression, load } from './expression.ts';

/** An operand as a body may read it: a number as it is, anything else in memory. */
export function operandOf(block: Block, id: VarId): Expression {
  const expression = block.read(id);
  const { shape, dtype } = block.type(id);
  return expression.kind === 'constant' ? expression : load(block.place(id), shape, dtype);
}

/** The kernels of a body whose results lie in given places. */
export function lowerBody(
  { lowering }: Block,
  body: Program,
  operands: readonly Expression[],
  results: readonly Access[],
): readonly Kernel[] {
  const inner = new Block(lowering, body, operands);
  const each = (f: (id: VarId, place: Access) => void): void =>
    results.forEach((place, k) => void f(body.outputs[k] as VarId, place)); // one per output
  each((id, place) => inner.homes.want(id, place));
  inner.run();
  each((id, place) => inner.assign(id, place));
  return inner.finish();
}

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

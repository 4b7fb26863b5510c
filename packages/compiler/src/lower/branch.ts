import type { CondParams, Equation, VarId } from '@throughline/autograd/back-end';
import type { Access, Kernel } from '../plan/ir.ts';
import { Block } from './block.ts';
import { type Expression, load } from './expression.ts';

/** An operand as a body may read it: a number as it is, anything else in memory. */
export function operandOf(block: Block, id: VarId): Expression {
  const expression = block.read(id);
  const { shape, dtype } = block.type(id);
  return expression.kind === 'constant' ? expression : load(block.place(id), shape, dtype);
}

/** Lowers a block so that its results lie in given places. */
export function lowerInto(inner: Block, results: readonly Access[]): readonly Kernel[] {
  const each = (f: (id: VarId, result: Access) => void): void =>
    results.forEach((result, k) => {
      f(inner.program.outputs[k] as VarId, result); // one place per output
    });
  each((id, result) => inner.homes.want(id, result));
  inner.run();
  each((id, result) => inner.assign(id, result));
  return inner.finish();
}

/** A choice: both bodies store their results in the same places, and one of them runs. */
export function lowerBranch(block: Block, equation: Equation): void {
  const { onTrue, onFalse } = equation.params as unknown as CondParams; // what `branch` says of params
  const [choice, ...rest] = equation.inputs;
  const predicate = block.place(choice as VarId); // the first operand
  const operands = rest.map((id) => operandOf(block, id));
  const results = equation.outputs.map((id) => block.homeOf(id));
  const [whenTrue, whenFalse] = [onTrue, onFalse].map((body) => {
    return lowerInto(new Block(block.lowering, body, operands), results);
  });
  block.push({ kind: 'branch', predicate, onTrue: whenTrue ?? [], onFalse: whenFalse ?? [] }, equation);
  equation.outputs.forEach((id, k) => {
    const result = results[k];
    if (result !== undefined) block.define(id, result);
  });
}

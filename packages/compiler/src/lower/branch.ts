import type { CondParams, Equation, VarId } from '@throughline/autograd/back-end';
import { Block } from './block.ts';
import { type Expression, load } from './expression.ts';

/** An operand as a body may read it: a number as it is, anything else in memory. */
export function operandOf(block: Block, id: VarId): Expression {
  const expression = block.read(id);
  const { shape, dtype } = block.type(id);
  return expression.kind === 'constant' ? expression : load(block.place(id), shape, dtype);
}

/** A choice: both bodies store their results in the same places, and one of them runs. */
export function lowerBranch(block: Block, equation: Equation): void {
  const { onTrue, onFalse } = equation.params as unknown as CondParams; // what `branch` says of params
  const [choice, ...rest] = equation.inputs;
  const predicate = block.place(choice as VarId); // the first operand
  const operands = rest.map((id) => operandOf(block, id));
  const results = equation.outputs.map((id) => block.homeOf(id));
  const [whenTrue, whenFalse] = [onTrue, onFalse].map((body) => {
    const inner = new Block(block.lowering, body, operands);
    body.outputs.forEach((id, k) => {
      const result = results[k];
      if (result !== undefined) inner.homes.want(id, result);
    });
    inner.run();
    body.outputs.forEach((id, k) => {
      const result = results[k];
      if (result !== undefined) inner.assign(id, result);
    });
    return inner.finish();
  });
  block.push({ kind: 'branch', predicate, onTrue: whenTrue ?? [], onFalse: whenFalse ?? [] }, equation);
  equation.outputs.forEach((id, k) => {
    const result = results[k];
    if (result !== undefined) block.define(id, result);
  });
}

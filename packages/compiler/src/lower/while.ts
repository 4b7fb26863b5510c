import type { Equation, VarId, WhileParams } from '@throughline/autograd/back-end';
import type { Access } from '../plan/ir.ts';
import { Block } from './block.ts';
import { operandOf } from './branch.ts';
import { type Expression, load } from './expression.ts';

/** A loop of unknown length: its carry has one place, and a second for the next value until a step ends. */
export function lowerWhile(block: Block, equation: Equation): void {
  const { test, body, constants, maxSteps } = equation.params as unknown as WhileParams; // what `while` says of params
  const { lowering } = block;
  const fixed = equation.inputs.slice(0, constants).map((id) => operandOf(block, id));
  const carries = equation.inputs.slice(constants).map((id) => {
    const type = block.type(id);
    const before = lowering.buffer(type);
    block.storeNow(id, before);
    return { before, after: lowering.buffer(type), type };
  });
  const inputs: Expression[] = [
    ...fixed,
    ...carries.map(({ before, type: { shape, dtype } }) => load(before, shape, dtype)),
  ];
  const condition = new Block(lowering, test, inputs);
  condition.run();
  const predicate: Access = lowering.buffer({ dtype: 'bool', shape: [] });
  condition.assign(test.outputs[0] as VarId, predicate); // a bool
  const step = new Block(lowering, body, inputs);
  carries.forEach(({ after }, j) => {
    step.homes.want(body.outputs[j] as VarId, after); // one per carry
  });
  step.run();
  carries.forEach(({ after }, j) => {
    step.assign(body.outputs[j] as VarId, after); // as above
  });
  step.finish();
  for (const { before, after, type } of carries) step.storeNowAt(load(after, type.shape, type.dtype), before);
  const id = lowering.loop();
  const loop = { test: condition.finish(), predicate, body: step.finish(), maxSteps, trap: lowering.trap() };
  block.push({ kind: 'while', id, ...loop }, equation);
  equation.outputs.forEach((output, j) => {
    const carry = carries[j];
    if (carry !== undefined) block.define(output, carry.before);
  });
}

import type { Equation, WhileParams } from '@throughline/autograd/back-end';
import { handedOver } from '../plan/in-place.ts';
import type { Block } from './block.ts';
import { lowerBody, operandOf } from './body.ts';
import { load } from './expression.ts';

/** A loop of unknown length: its carry has one place, and a second for the next value until a step ends. */
export function lowerWhile(block: Block, equation: Equation): void {
  const { test, body, constants, maxSteps } = equation.params as unknown as WhileParams; // what `while` says of params
  const { lowering } = block;
  const fixed = equation.inputs.slice(0, constants).map((id) => operandOf(block, id));
  const carries = equation.inputs.slice(constants).map((id) => {
    const type = block.type(id);
    const before = lowering.buffer(type);
    block.storeNow(block.read(id), before);
    return { before, after: lowering.buffer(type), type };
  });
  const inputs = [...fixed, ...carries.map(({ before, type: { shape, dtype } }) => load(before, shape, dtype))];
  const predicate = lowering.buffer({ dtype: 'bool', shape: [] });
  const condition = lowerBody(block, test, inputs, [predicate]);
  const after = carries.map((carry) => carry.after);
  const step = lowerBody(block, body, inputs, after);
  const loop = {
    id: lowering.loop(),
    test: condition,
    predicate,
    body: carries.reduce(handedOver, step),
    maxSteps,
    trap: lowering.trap(),
  };
  block.push(
    { kind: 'while', ...loop },
    equation,
    carries.map(({ before }) => before),
  );
}

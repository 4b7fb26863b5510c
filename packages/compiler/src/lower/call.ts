import { type Equation, isProgram } from '@throughline/autograd/back-end';
import { Block } from './block.ts';
import { lowerInto, operandOf } from './branch.ts';
import { load } from './expression.ts';

/** A call: its body's kernels in their place, sharing nothing with what stands around, as a checkpoint asks. */
export function lowerCall(block: Block, equation: Equation): void {
  const { body } = equation.params;
  if (!isProgram(body)) return;
  const operands = equation.inputs.slice(0, body.inputs.length).map((id) => operandOf(block, id));
  const results = equation.outputs.map((id) => block.homeOf(id));
  block.kernels.push(...lowerInto(new Block(block.lowering, body, operands), results));
  equation.outputs.forEach((id, k) => {
    const { shape, dtype } = block.type(id);
    const result = results[k];
    if (result !== undefined) block.bind(id, load(result, shape, dtype));
  });
}

import type { Equation, Program } from '@throughline/autograd/back-end';
import type { Block } from './block.ts';
import { lowerBody, operandOf } from './body.ts';

/** A call: its body's kernels in their place, sharing nothing with what stands around, as a checkpoint asks. */
export function lowerCall(block: Block, { inputs, outputs, params }: Equation): void {
  const body = params.body as Program; // what `call` says of params
  const operands = inputs.slice(0, body.inputs.length).map((id) => operandOf(block, id));
  const results = outputs.map((id) => block.homeOf(id));
  block.kernels.push(...lowerBody(block, body, operands, results));
  block.defineAll(outputs, results);
}

import type { Program, VarId } from '@throughline/autograd/back-end';
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

import { type Program, typeOf } from '@throughline/autograd/back-end';
import type { Plan } from '../plan/ir.ts';
import { packOnce } from '../plan/pack-once.ts';
import { isContiguous } from './access.ts';
import { Block } from './block.ts';
import { load, placeOf } from './expression.ts';
import { lowerEquation } from './kinds.ts';
import { Lowering } from './lowering.ts';

/** A Program as kernels over buffers. Results and arguments lie row-major without gaps. */
export function lower(program: Program): Plan {
  const lowering = new Lowering(lowerEquation);
  const inputs = program.inputs.map((id) => {
    const type = typeOf(program, id);
    const access = lowering.buffer(type);
    return { access, expression: load(access, type.shape, type.dtype) };
  });
  const block = new Block(
    lowering,
    program,
    inputs.map(({ expression }) => expression),
  );
  const places = program.outputs.map((id) => {
    const access = lowering.buffer(block.type(id));
    block.homes.want(id, access);
    return { id, access };
  });
  block.run();
  const outputs = places.map(({ id, access }) => {
    const expression = block.read(id);
    const at = placeOf(expression);
    // what a loop has stacked, for one, lies where it lies
    if (at !== undefined && isContiguous(at, expression.shape) && at.buffer !== access.buffer) {
      const isArgument = inputs.some((input) => input.access.buffer === at.buffer) || lowering.constants.has(at.buffer);
      if (!isArgument) return at;
    }
    block.assign(id, access);
    return access;
  });
  const kernels = packOnce(block.finish(), lowering);
  return {
    buffers: lowering.buffers,
    kernels,
    inputs: inputs.map(({ access }) => access.buffer),
    outputs,
    constants: lowering.constants,
    stored: lowering.stored,
  };
}

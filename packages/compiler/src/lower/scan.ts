import type { Equation, ScanParams, VarId } from '@throughline/autograd/back-end';
import { sizeOf, type TensorType } from '@throughline/tensor';
import { ensure } from '../collections.ts';
import { handedOver } from '../plan/in-place.ts';
import type { Access, LoopId } from '../plan/ir.ts';
import { withStrides } from './access.ts';
import type { Block } from './block.ts';
import { lowerBody, operandOf } from './body.ts';
import { type Expression, load } from './expression.ts';

/** One slice per step of an access whose leading axis is time. */
const sliced = (access: Access, loop: LoopId): Access => {
  const [time = 0, ...strides] = access.strides;
  return {
    ...access,
    strides,
    steps: time === 0 ? access.steps : [...access.steps, { loop, stride: time }],
  };
};

/** A carry in memory: where a step finds it, where it leaves it, and where the first finds it and the last one leaves it. */
interface Carry {
  readonly type: TensorType;
  readonly before: Access;
  readonly after: Access;
  readonly first: Access;
  readonly last: Access;
}

/**
 * A loop. Sequences are read in place, slice by slice. What a step gives besides the carry is stored in its row of the
 * stack. A carry that is stacked, before or after the step, lives in that stack, which has one row more; any other has one
 * place, and a second for the next value until the step ends.
 */
export function lowerScan(block: Block, equation: Equation): void {
  const { body, constants, carry: count, length, reverse } = equation.params as unknown as ScanParams; // what `scan` says of params
  const { lowering } = block;
  const loop = lowering.loop();
  const starts = equation.inputs.slice(constants, constants + count);
  const later = body.outputs.slice(count);
  const stacks = new Map<VarId, Access>();
  const carries = starts.map((start, j): Carry => {
    const [enters, leaves] = [body.inputs[constants + j], body.outputs[j]] as [VarId, VarId]; // one per carry
    const type = block.type(start);
    if (!later.includes(enters) && !later.includes(leaves)) {
      const before = lowering.buffer(type);
      return { type, before, after: lowering.buffer(type), first: before, last: before };
    }
    // length + 1 rows: t and t + 1 are a step's carry before and after it, or the other way round in a reversed loop
    const rows = lowering.buffer({ dtype: type.dtype, shape: [length + 1, ...type.shape] });
    const row = (at: number): Access => withStrides(rows, rows.strides, at * sizeOf(type.shape));
    const ends = [row(0), row(length)].map((end) => withStrides(end, end.strides.slice(1)));
    const [enter, leave, first, last] = (
      reverse ? [row(1), row(0), ends[1], ends[0]] : [row(0), row(1), ends[0], ends[1]]
    ) as [Access, Access, Access, Access]; // two ends
    stacks.set(leaves, leave).set(enters, enter);
    return { type, before: sliced(enter, loop), after: sliced(leave, loop), first, last };
  });
  starts.forEach((id, j) => {
    block.storeNow(block.read(id), (carries[j] as Carry).first); // one per carry
  });
  const inputs = equation.inputs.map((id, i): Expression => {
    if (i < constants) return operandOf(block, id);
    const { shape, dtype } = block.type(id);
    const carry = carries[i - constants];
    return carry === undefined
      ? load(sliced(block.place(id), loop), shape.slice(1), dtype)
      : load(carry.before, shape, dtype);
  });
  const rows = later.map((id, k) => ensure(stacks, id, () => block.homeOf(equation.outputs[count + k] as VarId))); // one per y
  const results = [...carries.map(({ after }) => after), ...rows.map((row) => sliced(row, loop))];
  const kernels = lowerBody(block, body, inputs, results);
  const single = carries.filter(({ before, last }) => before === last);
  const places = [...carries.map(({ last }) => last), ...rows];
  block.push({ kind: 'loop', id: loop, length, reverse, body: single.reduce(handedOver, kernels) }, equation, places);
}

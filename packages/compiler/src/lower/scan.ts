import type { Equation, ScanParams, VarId } from '@throughline/autograd/back-end';
import { type Shape, sizeOf, type TensorType } from '@throughline/tensor';
import type { Access, LoopId } from '../plan/ir.ts';
import { sameAccess, withStrides } from './access.ts';
import { Block } from './block.ts';
import { type Expression, load } from './expression.ts';

/** One slice per step of an access whose leading axis is time. */
const sliced = (access: Access, loop: LoopId, moved = 0): Access => {
  const [time = 0, ...strides] = access.strides;
  return {
    ...access,
    offset: access.offset + moved * time,
    strides,
    steps: time === 0 ? access.steps : [...access.steps, { loop, stride: time }],
  };
};

/** A carry in memory: where a step finds it, where it leaves it, and where the last one is. */
interface Carry {
  readonly before: Access;
  readonly after: Access;
  readonly last: Access;
  /** The slot that is copied to `before` when a step ends, unless they are one place. */
  readonly copies: boolean;
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
  const stacks = new Map<VarId, Access>();
  const carries = body.outputs.slice(0, count).map((leaves, j): Carry => {
    const enters = body.inputs[constants + j] as VarId; // one per carry
    const type = block.type(equation.inputs[constants + j] as VarId); // as above
    const later = body.outputs.slice(count);
    if (!later.includes(enters) && !later.includes(leaves)) return singleCarry(block, type);
    const { carry, enter, leave } = stackedCarry(block, type, { loop, length, reverse });
    stacks.set(enters, enter);
    if (leaves !== enters) stacks.set(leaves, leave);
    return carry;
  });
  equation.inputs.slice(constants, constants + count).forEach((id, j) => {
    const { shape } = block.type(id);
    const row = (carries[j] as Carry).last; // one per carry
    block.storeNow(id, startOf(carries[j] as Carry, row, { shape, length, reverse }));
  });
  const inputs = equation.inputs.map((id, i): Expression => {
    const expression = block.read(id);
    const type = block.type(id);
    if (i < constants)
      return expression.kind === 'constant' ? expression : load(block.place(id), type.shape, type.dtype);
    if (i < constants + count) return load((carries[i - constants] as Carry).before, type.shape, type.dtype); // one per carry
    return load(sliced(block.place(id), loop), type.shape.slice(1), type.dtype);
  });
  const inner = new Block(lowering, body, inputs);
  body.outputs.slice(0, count).forEach((id, j) => {
    inner.homes.want(id, (carries[j] as Carry).after); // one per carry
  });
  const rows = body.outputs.slice(count).map((id, k): Access => {
    const known = stacks.get(id);
    if (known !== undefined) return known;
    const stack = block.homeOf(equation.outputs[count + k] as VarId); // one per y
    stacks.set(id, stack);
    inner.homes.want(id, sliced(stack, loop));
    return stack;
  });
  inner.run();
  body.outputs.slice(count).forEach((id, k) => {
    if (!isCarried(id, stacks, carries, loop)) inner.assign(id, sliced(rows[k] as Access, loop)); // one per y
  });
  body.outputs.slice(0, count).forEach((id, j) => {
    inner.assign(id, (carries[j] as Carry).after); // one per carry
  });
  inner.finish();
  carries.forEach(({ before, after, copies }, j) => {
    const { shape, dtype } = block.type(equation.inputs[constants + j] as VarId); // one per carry
    if (copies) inner.storeNowAt(load(after, shape, dtype), before);
  });
  block.push({ kind: 'loop', id: loop, length, reverse, body: inner.finish() }, equation);
  equation.outputs.forEach((id, k) => {
    const access = k < count ? (carries[k] as Carry).last : (rows[k - count] as Access); // one per output
    block.define(id, access);
  });
}

interface Course {
  readonly loop: LoopId;
  readonly length: number;
  readonly reverse: boolean;
}

/** Whether a stack's rows are written as a carry. */
function isCarried(id: VarId, stacks: ReadonlyMap<VarId, Access>, carries: readonly Carry[], loop: LoopId): boolean {
  const stack = stacks.get(id);
  if (stack === undefined) return false;
  const row = sliced(stack, loop);
  return carries.some(({ before, after }) => sameAccess(before, row) || sameAccess(after, row));
}

function singleCarry(block: Block, type: TensorType): Carry {
  const before = block.lowering.buffer(type);
  return { before, after: block.lowering.buffer(type), last: before, copies: true };
}

/** length + 1 rows: t and t + 1 are a step's carry before and after it, or the other way round in a reversed loop. */
function stackedCarry(
  block: Block,
  { dtype, shape }: TensorType,
  { loop, length, reverse }: Course,
): { carry: Carry; enter: Access; leave: Access } {
  const size = sizeOf(shape);
  const rows = block.lowering.buffer({ dtype, shape: [length + 1, ...shape] });
  const from = (row: number): Access => ({ ...rows, offset: row * size });
  const [enter, leave] = reverse ? [from(1), from(0)] : [from(0), from(1)];
  const carry: Carry = {
    before: sliced(enter, loop),
    after: sliced(leave, loop),
    last: withStrides(from(reverse ? 0 : length), rows.strides.slice(1)),
    copies: false,
  };
  return { carry, enter, leave };
}

/** Where the first step finds a carry. */
function startOf(
  { before, copies }: Carry,
  last: Access,
  { shape, length, reverse }: { shape: Shape; length: number; reverse: boolean },
): Access {
  return copies ? before : { ...last, offset: reverse ? length * sizeOf(shape) : 0 };
}

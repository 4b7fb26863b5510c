/** @file The reverse of a loop under a schedule, in Programs: a loop over blocks, each a checkpointed loop. */
import type { Tensor, TensorType } from '@throughline/tensor';
import { record } from '../builder.ts';
import type { Cotangent, JointPullback } from '../primitive.ts';
import { type Program, typeOf } from '../program.ts';
import { bindCheckpoint } from './checkpoint.ts';
import { concat } from './concat-split.ts';
import { add } from './maps/arithmetic.ts';
import { reshape } from './reshape.ts';
import type { BindScan, ScanParams } from './scan.ts';
import { stretchesOf } from './scan-rows.ts';
import { levelOf } from './schedule.ts';
import { filled } from './sum-broadcast.ts';

/** Follows the schedule in the params; `pullAll` is the reverse that stacks every step's residuals. */
export const pullScheduled =
  (bindScan: BindScan, pullAll: JointPullback<ScanParams>): JointPullback<ScanParams> =>
  (cts, { inputs, outputs, params: { checkpoint, ...params } }, wanted) => {
    const { constants, carry, length, reverse } = params;
    const { block, inner } = levelOf(checkpoint ?? 'all', length);
    if (block >= length) return pullAll(cts, { inputs, outputs, params }, wanted);
    const first = constants + carry;
    const blocks = Math.floor(length / block);
    const rest = length - blocks * block;
    const nested = blockBody(bindScan, { ...params, length: block, ...(inner === 'all' ? {} : { checkpoint: inner }) });
    /** The steps that fill no block, which run first, and the others in blocks. */
    const [head, main] = reverse ? [1, 0] : [0, 1];
    const part = (x: Tensor, which: number): Tensor => {
      const sizes = reverse ? [length - rest, rest] : [rest, length - rest];
      const own = rest === 0 ? x : stretchesOf(x, sizes)(which);
      return which === head ? own : reshape(own, [blocks, block, ...x.shape.slice(1)]);
    };
    const parts = (list: readonly Cotangent[], from: number, which: number): Cotangent[] =>
      list.map((x, i) => (x === null || i < from ? x : part(x, which)));

    const headInputs = rest === 0 ? [] : (parts(inputs, first, head) as Tensor[]); // no operand is null
    const headParams = { ...params, length: rest };
    const start = rest === 0 ? inputs.slice(constants, first) : bindScan(headInputs, headParams).slice(0, carry);
    const mainInputs = (parts(inputs, first, main) as Tensor[]).toSpliced(constants, carry, ...start); // as above
    const mainParams = { body: nested, constants, carry, length: blocks, reverse };
    const through = wanted.map((want, i) => want || (i >= constants && i < first));
    const back = pullAll(parts(cts, carry, main), { inputs: mainInputs, outputs: [], params: mainParams }, through).map(
      (ct, i) => (ct === null || i < first ? ct : reshape(ct, [length - rest, ...ct.shape.slice(2)])),
    );
    const headCts = [...back.slice(constants, first), ...parts(cts, carry, head).slice(carry)];
    if (rest === 0) return back;
    const ahead = headCts.every((ct) => ct === null)
      ? inputs.map(() => null)
      : pullAll(headCts, { inputs: headInputs, outputs: [], params: headParams }, wanted);
    return inputs.map((x, i) => {
      const [a, b] = [ahead[i] ?? null, back[i] ?? null];
      if (i >= constants && i < first) return a;
      if (a === null && b === null) return null;
      if (i < constants) return a && b ? add(b, a) : (a ?? b);
      const whole = [a ?? zeros(x, rest), b ?? zeros(x, length - rest)];
      return concat(reverse ? whole.toReversed() : whole, 0);
    });
  };

const zeros = ({ dtype, shape }: Tensor, extent: number): Tensor =>
  filled({ dtype, shape: [extent, ...shape.slice(1)] }, 0);

/** One block as a step: (constants, carry, a block of xs) → (carry, a block of ys). */
function blockBody(bindScan: BindScan, params: ScanParams): Program {
  const { body, constants, carry, length } = params;
  const types = body.inputs.map((id, i): TensorType => {
    const { dtype, shape } = typeOf(body, id);
    return i < constants + carry ? { dtype, shape } : { dtype, shape: [length, ...shape] };
  });
  const loop = record(types, (all) => bindScan(all, params)).program;
  return record(types, (all) => bindCheckpoint(all, loop)).program;
}

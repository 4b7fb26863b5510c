import type { Tensor, TensorType } from '@throughline/tensor';
import { within } from '../bind.ts';
import { record } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { Forward } from '../forward.ts';
import type { Cotangent, Pushforward } from '../primitive.ts';
import { type Program, typeOf } from '../program.ts';
import { Dual } from '../value.ts';
import type { BindScan, ScanParams } from './scan.ts';
import { filled } from './sum-broadcast.ts';

/** A step that carries tangents: in each group (constants, carry, xs) the tangents of the moving operands follow. */
interface TangentStep {
  readonly program: Program;
  /** Per output of the body: whether it has a tangent. */
  readonly present: readonly boolean[];
}

/** What a body of a loop takes: constants, then a carry, then anything. */
type Loop = Pick<ScanParams, 'body' | 'constants' | 'carry'>;

/** Forward mode through time: the tangents ride along in the carry, so nothing is kept from step to step. */
export const pushScan =
  (bindScan: BindScan): Pushforward<ScanParams> =>
  (tangents, { inputs, params }) => {
    const { body, constants, carry } = params;
    const { step, moving } = movingStep(
      params,
      tangents.map((t) => t !== null),
    );
    const started = inputs.map((x, i) => (moving[i] ? (tangents[i] ?? filled(x, 0)) : null));
    const group = (from: number, to?: number): Tensor[] => [
      ...inputs.slice(from, to),
      ...present(started.slice(from, to)),
    ];
    const groups = [group(0, constants), group(constants, constants + carry), group(constants + carry)] as const;
    const counts = { constants: groups[0].length, carry: groups[1].length };
    const results = bindScan(groups.flat(), { ...params, ...counts, body: step.program });
    let nextCarry = carry;
    let nextY = counts.carry + (body.outputs.length - carry);
    return body.outputs.map((_, k) => {
      if (k < carry) return moving[constants + k] ? (results[nextCarry++] ?? null) : null;
      return step.present[k] ? (results[nextY++] ?? null) : null;
    });
  };

/** The step with tangents, once the set of moving carries is a fixed point. */
export function movingStep(params: Loop, start: readonly boolean[]): { step: TangentStep; moving: readonly boolean[] } {
  const { constants, carry } = params;
  let moving = start;
  for (;;) {
    const step = tangentStep(params, moving);
    const grown = moving.map(
      (is, i) => is || (i >= constants && i < constants + carry && step.present[i - constants] === true),
    );
    if (grown.every((is, i) => is === moving[i])) return { step, moving };
    moving = grown;
  }
}

function tangentStep({ body, constants, carry }: Loop, moving: readonly boolean[]): TangentStep {
  const types = body.inputs.map((id) => typeOf(body, id));
  const slots = layout(types, moving, [0, constants, constants + carry, types.length]);
  let has: boolean[] = [];
  const { program } = record(
    slots.map(({ type }) => type),
    (all) =>
      within(
        (level) => new Forward(level),
        (forward) => {
          const find = (i: number, tangent: boolean): Tensor =>
            all[slots.findIndex((slot) => slot.i === i && slot.tangent === tangent)] as Tensor; // every operand is laid out
          const inputs = types.map((_, i) =>
            moving[i] ? new Dual(find(i, false), find(i, true), forward) : find(i, false),
          );
          const outputs = evaluate(body, inputs);
          const isDual = (y: Tensor): y is Dual => y instanceof Dual && y.trace === forward;
          const primals = outputs.map((y) => (isDual(y) ? y.primal : y));
          const tangents = outputs.map((y, k): Cotangent => {
            if (isDual(y)) return y.tangent;
            return k < carry && moving[constants + k] ? filled(y, 0) : null;
          });
          has = tangents.map((t) => t !== null);
          return [
            ...primals.slice(0, carry),
            ...present(tangents.slice(0, carry)),
            ...primals.slice(carry),
            ...present(tangents.slice(carry)),
          ];
        },
      ),
  );
  return { program, present: has };
}

/** In each group its operands, then the tangents of those that move. */
function layout(types: readonly TensorType[], moving: readonly boolean[], ends: readonly number[]) {
  const slots = types.map((type, i) => ({ type, i, tangent: false }));
  return ends.slice(1).flatMap((end, g) => {
    const group = slots.slice(ends[g], end);
    return [...group, ...group.filter(({ i }) => moving[i]).map((slot) => ({ ...slot, tangent: true }))];
  });
}

const present = (list: readonly Cotangent[]): Tensor[] => list.filter((t): t is Tensor => t !== null);

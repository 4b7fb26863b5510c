import { isDifferentiable, type Tensor, type TensorType } from '@throughline/tensor';
import { within } from '../bind.ts';
import { record } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { deadCode } from '../passes/dead-code.ts';
import { dependents, extract } from '../passes/extract.ts';
import { placed } from '../placed.ts';
import type { Cotangent, JointPullback } from '../primitive.ts';
import { type Program, readsInput, typeOf, type VarId } from '../program.ts';
import { prepare } from '../pullback.ts';
import { Tape } from '../tape.ts';
import { Recorded, strip } from '../value.ts';
import { add } from './maps/arithmetic.ts';
import type { BindScan, ScanParams } from './scan.ts';
import { filled } from './sum-broadcast.ts';

/** One step with its pullback, as one Program: (constants, carry, x, ct of carry′, ct of y) → (carry′, y, cts). */
interface LinearStep {
  readonly program: Program;
  /** Outputs of the body, then one per present cotangent. */
  readonly primal: readonly VarId[];
  /** Per input of the body: the variable of its cotangent, or null. */
  readonly cts: readonly (VarId | null)[];
}

/** Which parts of a step carry cotangents: per carry leaf and per y. */
interface Activity {
  readonly carry: readonly boolean[];
  readonly ys: readonly boolean[];
}

/**
 * Backpropagation through time, as a transform: a forward scan that stacks what the step's pullback will read, then a
 * scan in the other direction that runs that pullback. Which carries have cotangents is a fixed point; the others stay
 * absent, for a materialised zero would turn an infinity into NaN.
 */
export const pullScan =
  (bindScan: BindScan): JointPullback<ScanParams> =>
  (cts, { inputs, params }, wanted) => {
    const { body, constants, carry } = params;
    const parts = {
      fixed: inputs.slice(0, constants),
      init: inputs.slice(constants, constants + carry),
      xs: inputs.slice(constants + carry),
    };
    const wantedHere = wanted.map((want, i) => want || (i >= constants && i < constants + carry));
    const { activity, step } = reverseStep(body, constants, carry, cts, wantedHere);
    const split = residuals(step, body, constants, carry);
    const saved = bindResiduals(bindScan, step, inputs, params, split.stacked);

    const active = <T>(list: readonly T[], is: readonly boolean[]): T[] => list.filter((_, i) => is[i]);
    const sums = step.cts.slice(0, constants).flatMap((id, i) => (id === null || !wanted[i] ? [] : [i]));
    const zeros = (list: readonly Tensor[]): Tensor[] => list.map((x) => filled(x, 0));
    const start = [
      ...zeros(sums.map((i) => parts.fixed[i] as Tensor)), // sums are indices of constants
      ...active(
        parts.init.map((x, i) => cts[i] ?? filled(x, 0)),
        activity.carry,
      ),
    ];
    const sequences = [...parts.xs, ...saved, ...active(cts.slice(carry), activity.ys).map((ct) => ct as Tensor)]; // active: not null
    const reversed = reverseBody(step, body, params, activity, split.stacked, sums, wanted);
    const counts = { constants, carry: start.length, length: params.length, reverse: !params.reverse };
    const results = bindRead(bindScan, [...parts.fixed, ...start, ...sequences], { ...counts, body: reversed });
    return distribute(results, step, constants, carry, activity, sums, wanted);
  };

/** One step with its pullback, and the carries that cotangents reach: by going round the loop until nothing is added. */
function reverseStep(
  body: Program,
  constants: number,
  carry: number,
  cts: readonly Cotangent[],
  wanted: readonly boolean[],
): { activity: Activity; step: LinearStep } {
  const given = cts.map((ct) => ct !== null && ct !== undefined);
  let activity: Activity = { carry: given.slice(0, carry), ys: given.slice(carry) };
  for (;;) {
    const step = linearStep(body, carry, activity, wanted);
    const next = activity.carry.map((is, i) => is || step.cts[constants + i] !== null);
    if (next.every((is, i) => is === activity.carry[i])) return { activity, step };
    activity = { ...activity, carry: next };
  }
}

function linearStep(body: Program, carry: number, activity: Activity, wanted: readonly boolean[]): LinearStep {
  const inputTypes = body.inputs.map((id) => typeOf(body, id));
  const outputTypes = body.outputs.map((id) => typeOf(body, id));
  const isActive = outputTypes.map((_, k) => (k < carry ? activity.carry[k] : activity.ys[k - carry]) === true);
  const present: (VarId | null)[] = [];
  const { program } = record([...inputTypes, ...outputTypes.filter((_, k) => isActive[k])], (all) => {
    const given = all.slice(inputTypes.length);
    const outgoing = placed(given, isActive);
    return within(
      (level) => new Tape(level),
      (tape) => {
        const wrapped = all.slice(0, inputTypes.length).map((x) => (isDifferentiable(x) ? tape.input(x) : x));
        const starts = wrapped.flatMap((x, i) => (x instanceof Recorded && wanted[i] ? [{ x, i }] : []));
        const outputs = evaluate(body, wrapped);
        const incoming = prepare(
          tape,
          outputs,
          starts.map(({ x }) => x),
        )(outgoing);
        const cts = wrapped.map((_, i): Cotangent => incoming[starts.findIndex((start) => start.i === i)] ?? null);
        present.push(...cts.map((ct, i) => (ct === null ? null : i)));
        return [...outputs.map((y) => strip(y, tape)), ...cts.filter((ct): ct is Tensor => ct !== null)];
      },
    );
  });
  let next = body.outputs.length;
  const cts = present.map((p) => (p === null ? null : (program.outputs[next++] ?? null)));
  return { program, primal: program.outputs.slice(0, body.outputs.length), cts };
}

/** What the cotangents' equations read of the step: carries and intermediates, which the forward scan stacks. */
function residuals(step: LinearStep, body: Program, constants: number, carry: number): { stacked: VarId[] } {
  const { program } = step;
  const varying = dependents(program, program.inputs.slice(constants, body.inputs.length));
  const linear = dependents(program, program.inputs.slice(body.inputs.length));
  const xs = new Set(program.inputs.slice(constants + carry, body.inputs.length));
  const read = [
    ...program.equations.filter(({ outputs }) => outputs.some((id) => linear.has(id))).flatMap(({ inputs }) => inputs),
    ...step.cts.filter((id): id is VarId => id !== null),
  ];
  return { stacked: [...new Set(read.filter((id) => varying.has(id) && !linear.has(id) && !xs.has(id)))] };
}

/** The forward scan that stacks residuals, with those carries alone on which they depend. */
function bindResiduals(
  bindScan: BindScan,
  { program, primal }: LinearStep,
  inputs: readonly Tensor[],
  params: ScanParams,
  stacked: readonly VarId[],
): readonly Tensor[] {
  if (stacked.length === 0) return [];
  const { constants } = params;
  const own = program.inputs.slice(0, inputs.length);
  let needed = new Array<boolean>(params.carry).fill(false);
  for (;;) {
    const carried = primal.filter((_, j) => needed[j]);
    const body = extract(program, own, [...carried, ...stacked]);
    const read = needed.map((_, j) => readsInput(body, constants + j));
    if (read.every((is, j) => is === needed[j])) {
      const kept = <T>(list: readonly T[]): T[] => list.filter((_, i) => needed[i - constants] !== false);
      const loop = { ...params, carry: carried.length, body: { ...body, inputs: kept(body.inputs) } };
      return bindRead(bindScan, kept(inputs), loop).slice(carried.length);
    }
    needed = read;
  }
}

/**
 * Binds a scan without the constants and sequences that its body does not read: where a loop is linear in one of them,
 * its transpose must not take it.
 */
function bindRead(bindScan: BindScan, operands: readonly Tensor[], params: ScanParams): readonly Tensor[] {
  const { body, constants, carry } = params;
  const isRead = operands.map((_, i) => (i >= constants && i < constants + carry) || readsInput(body, i));
  const kept = <T>(list: readonly T[]): T[] => list.filter((_, i) => isRead[i]);
  const count = kept(operands.slice(0, constants)).length;
  return bindScan(kept(operands), {
    ...params,
    constants: count,
    body: deadCode({ ...body, inputs: kept(body.inputs) }),
  });
}

/** (constants; sums and carry cotangents; xs, residuals, y cotangents) → (sums and carry cotangents; x cotangents). */
function reverseBody(
  step: LinearStep,
  body: Program,
  { constants, carry }: ScanParams,
  activity: Activity,
  stacked: readonly VarId[],
  sums: readonly number[],
  wanted: readonly boolean[],
): Program {
  const { program, cts } = step;
  const own = program.inputs.slice(0, body.inputs.length);
  const given = program.inputs.slice(body.inputs.length);
  const carryCts = given.slice(0, activity.carry.filter(Boolean).length);
  const yCts = given.slice(carryCts.length);
  const source = [...own.slice(0, constants), ...carryCts, ...own.slice(constants + carry), ...stacked, ...yCts];
  const asked = cts.filter((id, i): id is VarId => id !== null && (i >= constants || sums.includes(i)));
  const pullback = extract(program, source, asked);
  const type = (id: VarId): TensorType => typeOf(program, id);
  const sumTypes = sums.map((i) => type(own[i] as VarId)); // sums are indices of constants
  const types = [...source.slice(0, constants).map(type), ...sumTypes, ...source.slice(constants).map(type)];
  return record(types, (all) => {
    const totals = all.slice(constants, constants + sums.length);
    const results = evaluate(pullback, [...all.slice(0, constants), ...all.slice(constants + sums.length)]);
    let next = 0;
    const byInput = cts.map((id, i) =>
      id !== null && (i >= constants || sums.includes(i)) ? (results[next++] ?? null) : null,
    );
    const added = sums.map((i, n) => add(totals[n] as Tensor, byInput[i] as Tensor)); // one total per sum, each present
    const carried = activity.carry.flatMap((is, j) =>
      is ? [byInput[constants + j] ?? filled(type(own[constants + j] as VarId), 0)] : [],
    ); // j < carry
    const toXs = byInput
      .slice(constants + carry)
      .filter((ct, k): ct is Tensor => ct !== null && wanted[constants + carry + k] === true);
    return [...added, ...carried, ...toXs];
  }).program;
}

/** Puts the reverse scan's results in the places of the forward scan's operands. */
function distribute(
  results: readonly Tensor[],
  step: LinearStep,
  constants: number,
  carry: number,
  activity: Activity,
  sums: readonly number[],
  wanted: readonly boolean[],
): Cotangent[] {
  let next = sums.length;
  return step.cts.map((id, i) => {
    if (i < constants) return sums.includes(i) ? (results[sums.indexOf(i)] ?? null) : null;
    if (i < constants + carry) return activity.carry[i - constants] ? (results[next++] ?? null) : null;
    return id !== null && wanted[i] ? (results[next++] ?? null) : null;
  });
}

/** @file Functions that are run again in the reverse sweep, so that a tape keeps their operands and nothing else. */
import type { Concrete, Tensor } from '@throughline/tensor';
import { batchCall } from './batching.ts';
import { bindAny, within } from './bind.ts';
import { recording } from './builder.ts';
import { Forward } from './forward.ts';
import { placed, unpack } from './placed.ts';
import type { AnyPrimitive, Cotangent } from './primitive.ts';
import { prepare } from './pullback.ts';
import { Tape } from './tape.ts';
import { Dual, type Recorded } from './value.ts';

/** A function of its operands alone, whether they are concrete, recorded or in forward mode. */
export interface Replay {
  run(operands: readonly Tensor[]): readonly Tensor[];
  /** Its own way back; without one it runs on a tape. */
  pull?(operands: readonly Tensor[], cts: readonly Cotangent[], wanted: readonly boolean[]): readonly Cotangent[];
}

/** Of an eager entry, which may hold a function where an equation may not. */
interface ReplayParams {
  readonly replay: Replay;
  /** Results that are known already, taken by the first evaluation. */
  readonly known?: (readonly Tensor[])[];
}

/** One op that runs `replay`, under a name for whoever reads the tape. It stands in no registry: no Program has it. */
export const replayAs = (name: string): AnyPrimitive => {
  const primitive: AnyPrimitive = {
    name,
    version: 1,
    semantics: { kind: 'structured', control: 'call' },
    readsOutputs: false,
    infer: () => [], // nobody asks: types are known when it has run
    eval: (inputs, { replay, known }: ReplayParams) => (known?.pop() ?? replay.run(inputs)) as readonly Concrete[], // concrete operands give concrete results
    pullbacks: () => () => null, // the joint rule is asked instead
    jointPullback: (cts, { inputs, params: { replay } }, wanted) =>
      bindDerived(primitive, inputs, cts, (operands, given) => pullReplay(replay, operands, given, wanted)),
    pushforward: (tangents, { inputs, params: { replay } }) =>
      bindDerived(primitive, inputs, tangents, (operands, given) => pushRun(replay.run, operands, given)),
    // A pullback that is mapped over its cotangents.
    batch: (batch) => batchCall(batch.params.replay.run, batch),
  };
  return primitive;
};

/** Binds a replay; while a Program is recorded, its ops are recorded one by one. */
export const bindReplay = (
  primitive: AnyPrimitive,
  operands: readonly Tensor[],
  params: ReplayParams,
): readonly Tensor[] =>
  recording() === undefined
    ? bindAny(primitive, operands, params)
    : (params.known?.pop() ?? params.replay.run(operands));

/** A derivative of a replay is a replay in turn, of (operands, what was given): so memory is saved at every order. */
export function bindDerived(
  primitive: AnyPrimitive,
  inputs: readonly Tensor[],
  given: readonly Cotangent[],
  f: (operands: readonly Tensor[], given: readonly Cotangent[]) => readonly Cotangent[],
): readonly Cotangent[] {
  let present: readonly boolean[] = [];
  const run = (all: readonly Tensor[]): readonly Tensor[] => {
    const results = f(all.slice(0, inputs.length), unpack(given, all.slice(inputs.length)));
    present = results.map((x) => x !== null);
    return results.filter((x) => x !== null);
  };
  const results = bindReplay(primitive, [...inputs, ...given.filter((x) => x !== null)], { replay: { run } });
  return placed(results, present);
}

const pullReplay = (
  replay: Replay,
  operands: readonly Tensor[],
  cts: readonly Cotangent[],
  wanted: readonly boolean[],
): readonly Cotangent[] => replay.pull?.(operands, cts, wanted) ?? pullRun(replay.run, operands, cts, wanted);

/** Runs a function on a tape of its own and sweeps it: one cotangent per operand, null where none is wanted or flows. */
export function pullRun(
  run: Replay['run'],
  operands: readonly Tensor[],
  cts: readonly Cotangent[],
  wanted: readonly boolean[],
): Cotangent[] {
  return within(
    (level) => new Tape(level),
    (tape) => {
      const wrapped = operands.map((x, i) => (wanted[i] ? tape.input(x) : x));
      const starts = wrapped.filter((x, i): x is Recorded => wanted[i] === true);
      return placed(prepare(tape, run(wrapped), starts)(cts), wanted);
    },
  );
}

/** Runs a function in forward mode: one tangent per result, or null. */
export function pushRun(run: Replay['run'], operands: readonly Tensor[], tangents: readonly Cotangent[]): Cotangent[] {
  return within(
    (level) => new Forward(level),
    (forward) => {
      const duals = operands.map((x, i) => (tangents[i] ? new Dual(x, tangents[i], forward) : x));
      return run(duals).map((y) => (y instanceof Dual && y.trace === forward ? y.tangent : null));
    },
  );
}

/** @file Functions that are run again in the reverse sweep, so that a tape keeps their operands and nothing else. */
import { ArgumentError, type Concrete, formatType, type Tensor } from '@throughline/tensor';
import { batchCall } from './batching.ts';
import { bindAny, depth, type Substitution, substituting, within } from './bind.ts';
import { recording } from './builder.ts';
import { Forward } from './forward.ts';
import type { AnyPrimitive, Cotangent } from './primitive.ts';
import { prepare } from './pullback.ts';
import { Tape } from './tape.ts';
import { Batched, Dual, type Recorded, settle, Traced } from './value.ts';

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
    semantics: { kind: 'structured' },
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
  let next = 0;
  return present.map((is) => (is ? (results[next++] ?? null) : null));
}

/** `list` in the places where `like` is not null. */
export function unpack(like: readonly Cotangent[], list: readonly Tensor[]): Cotangent[] {
  let next = 0;
  return like.map((x) => (x === null ? null : (list[next++] ?? null)));
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
      const incoming = prepare(tape, run(wrapped), starts)(cts);
      let next = 0;
      return operands.map((_, i) => (wanted[i] ? (incoming[next++] ?? null) : null));
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

/** What became of a function that ran for the first time: its results, and the same function of explicit operands. */
export interface FirstRun {
  readonly outputs: readonly Tensor[];
  /** The arguments, then the values from outside that it used. */
  readonly operands: readonly Tensor[];
  /** The function of these operands, whenever it runs. */
  again(operands: readonly Tensor[], f?: (args: readonly Tensor[]) => readonly Tensor[]): readonly Tensor[];
}

/**
 * Runs `f` on the numbers of its arguments, with nothing recorded, and notes which values of running transforms it uses
 * beside them: its captures, which are operands from then on. `op` is named when a later run uses others.
 */
export function runFirst(
  op: string,
  f: (args: readonly Tensor[]) => readonly Tensor[],
  args: readonly Tensor[],
): FirstRun {
  const level = depth();
  const captured: Tensor[] = [];
  /** What a value from outside stands for: an operand, by its place among the captures, or a constant. */
  const places = new Map<Tensor, number | Tensor>();
  const capture = (outer: Substitution | null) => ({
    level,
    resolve(x: Traced): Tensor {
      const place = places.get(x);
      if (place !== undefined) return typeof place === 'number' ? (captured[place] as Tensor).concrete(op) : place; // a place of captured
      const y = outer === null ? settle(x) : outer.resolve(x);
      if (y instanceof Traced && y.trace.level > level) return y;
      places.set(x, y instanceof Traced ? captured.push(y) - 1 : y);
      return y.concrete(op);
    },
  });
  const outputs = substituting(capture, (s) => f(args.map((x) => x.concrete(op))).map((y) => resolved(s, y)));

  const again: FirstRun['again'] = (operands, g = f) => {
    const lowest = operands.reduce((low, x) => Math.min(low, lowestLevel(x)), depth() + 1);
    const replace = (outer: Substitution | null) => ({
      level: depth(),
      resolve(x: Traced): Tensor {
        const place = places.get(x);
        if (place !== undefined) return typeof place === 'number' ? (operands[args.length + place] as Tensor) : place; // one operand per capture
        const y = outer === null ? settle(x) : outer.resolve(x);
        if (!(y instanceof Traced) || y.trace.level >= lowest) return y;
        const same = [...places].find(([key, place]) => typeof place === 'number' && settle(key) === y)?.[1];
        if (typeof same !== 'number') throw otherCapture(op, y);
        return operands[args.length + same] as Tensor; // one operand per capture
      },
    });
    return substituting(replace, (s) => g(operands.slice(0, args.length)).map((y) => resolved(s, y)));
  };
  return { outputs, operands: [...args, ...captured], again };
}

/** The outermost trace on which a value stands: an op without a derivative gives values of those further out. */
function lowestLevel(x: Tensor): number {
  let level = Number.POSITIVE_INFINITY;
  for (let value: Tensor | null = x; value instanceof Traced; ) {
    level = value.trace.level;
    value = value instanceof Batched ? value.values : value.primal;
  }
  return level;
}

const resolved = (s: Substitution, y: Tensor): Tensor => (y instanceof Traced ? s.resolve(y) : y);

const otherCapture = (op: string, x: Tensor): ArgumentError =>
  new ArgumentError(
    op,
    `the function used another outer value (${formatType(x)}) when it was run again for its derivative. ` +
      'It must use the same values in every run: pass what changes as an argument.',
  );

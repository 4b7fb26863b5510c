import { type Concrete, formatType, ShapeError, sameType, Tensor } from '@throughline/tensor';
import { batchProgram, insideVmap } from '../batching.ts';
import { bindAny, innermost } from '../bind.ts';
import { record, recording } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { runFirst } from '../first-run.ts';
import { unpack } from '../placed.ts';
import { type AnyPrimitive, type Cotangent, definePrimitive } from '../primitive.ts';
import { type Program, typeOf } from '../program.ts';
import { bindReplay, pullRun, pushRun, replayAs } from '../replay.ts';
import { Tape } from '../tape.ts';
import { flatten, isResult, refusePromise } from '../tree.ts';
import { Traced } from '../value.ts';

/** Operands: the arguments, then what f captured. */
interface CheckpointParams {
  readonly body: Program;
}

export const checkpointPrimitive: AnyPrimitive = definePrimitive<CheckpointParams, number, number>({
  name: 'checkpoint',
  semantics: { kind: 'structured', control: 'call', isCall: true },
  readsOutputs: false,
  infer(inputs, { body }) {
    if (inputs.length !== body.inputs.length) {
      throw new ShapeError('checkpoint', `got ${inputs.length} operands, the body takes ${body.inputs.length}.`);
    }
    inputs.forEach((x, i) => {
      const expected = typeOf(body, body.inputs[i] as number); // as many, checked above
      if (sameType(x, expected)) return;
      throw new ShapeError('checkpoint', `operand ${i} is ${formatType(x)}, the body takes ${formatType(expected)}.`);
    });
    return body.outputs.map((id) => typeOf(body, id));
  },
  eval: (inputs, { body }) => evaluate(body, inputs) as Concrete[], // concrete operands give concrete results
  pullbacks: () => () => null, // the joint rule is asked instead
  // One equation again: were the body's equations recorded here, a loop around it would stack their results.
  jointPullback: (cts, { inputs, params: { body } }, wanted) =>
    recordDerived(inputs, cts, (operands, given) => pullRun((xs) => evaluate(body, xs), operands, given, wanted)),
  pushforward: (tangents, { inputs, params: { body } }) =>
    recordDerived(inputs, tangents, (operands, given) => pushRun((xs) => evaluate(body, xs), operands, given)),
  batch({ inputs, mapped, params: { body }, size }) {
    const batched = batchProgram(body, mapped, size, () => false);
    return { outputs: bindCheckpoint(inputs, batched.program), mapped: batched.mapped };
  },
}) as unknown as AnyPrimitive; // see AnyPrimitive

function recordDerived(
  inputs: readonly Tensor[],
  given: readonly Cotangent[],
  f: (operands: readonly Tensor[], given: readonly Cotangent[]) => readonly Cotangent[],
): Cotangent[] {
  const parts = given.filter((x) => x !== null);
  let present: readonly Cotangent[] = [];
  const { program } = record([...inputs, ...parts], (all) => {
    present = f(all.slice(0, inputs.length), unpack(given, all.slice(inputs.length)));
    return present.filter((x) => x !== null);
  });
  return unpack(present, bindCheckpoint([...inputs, ...parts], program));
}

/** Binds a checkpoint of a Program, for loops that are cut in blocks. */
export const bindCheckpoint = (operands: readonly Tensor[], body: Program): readonly Tensor[] =>
  bindAny(checkpointPrimitive, operands, { body });

/** The same function of eager values: one entry of the tape. */
const eager = replayAs('checkpoint');

/**
 * A function like f that keeps its arguments for the reverse sweep, and nothing that it computes: the sweep runs f again.
 *
 * Arguments and result are trees of tensors; other arguments are passed on as they are. What f captures gets its
 * cotangent too. f must do the same each time it runs. To any order, nested, traced or eager; in forward mode nothing
 * is kept anyway.
 *
 * Shapes and dtypes: f's. Gradient: f's, at the cost of a second run (Griewank & Walther, Evaluating Derivatives,
 * ch. 12).
 * @throws TreeError when f does not return a tree of tensors; ArgumentError when f uses other values in its second run.
 * @example grad(checkpoint((x) => sum(mul(x, x))))(tensor([1, 2]))   // f64[2] [2, 4]
 */
export function checkpoint<A extends readonly unknown[], Y>(f: (...args: A) => Y): (...args: A) => Y {
  return (...args) => {
    const abstract = recording() !== undefined;
    if (!abstract && innermost((trace): trace is Tape => trace instanceof Tape) === undefined) {
      return refusePromise('checkpoint', f(...args));
    }
    const flat = flatten('checkpoint', args, isAnything);
    const leaves = flat.leaves.filter((leaf) => leaf instanceof Tensor);
    let result = flatten('checkpoint', null, isResult);
    const run = (inputs: readonly Tensor[]): readonly Tensor[] => {
      let next = 0;
      const tree = flat.rebuild(flat.leaves.map((leaf) => (leaf instanceof Tensor ? inputs[next++] : leaf)));
      const y = refusePromise('checkpoint', f(...(tree as unknown as A))); // rebuilt in A's structure
      result = flatten('checkpoint', y, isResult, 'the result');
      return result.leaves.filter((leaf) => leaf !== null);
    };
    const outputs = abstract || insideVmap() ? runTraced(run, leaves) : runEager(run, leaves);
    return result.rebuild(unpack(result.leaves, outputs)) as Y; // f's structure
  };
}

function runTraced(run: (inputs: readonly Tensor[]) => readonly Tensor[], args: readonly Tensor[]): readonly Tensor[] {
  const { program, captures } = record(args, run);
  return bindCheckpoint([...args, ...captures], program);
}

function runEager(run: (inputs: readonly Tensor[]) => readonly Tensor[], args: readonly Tensor[]): readonly Tensor[] {
  const { outputs, operands, again } = runFirst('checkpoint', run, args);
  if (!operands.some((x) => x instanceof Traced)) return outputs;
  return bindReplay(eager, operands, { replay: { run: (xs) => again(xs) }, known: [outputs] });
}

/** Tensors, and what is no tree: a number, a string, a function. */
const isAnything = (value: unknown): value is unknown =>
  value instanceof Tensor || typeof value !== 'object' || value === null;

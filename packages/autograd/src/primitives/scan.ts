import {
  ArgumentError,
  type Concrete,
  formatType,
  ShapeError,
  sameType,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bindAny } from '../bind.ts';
import { record, recording } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { type AnyPrimitive, definePrimitive } from '../primitive.ts';
import { type Program, typeOf } from '../program.ts';
import { flatten, inOrderOf } from '../tree.ts';
import { stack, unstack } from './concat-split.ts';
import { batchScan } from './scan-batch.ts';
import { checkY, commonLength, nextCarry, type Sequences } from './scan-checks.ts';
import { pushScan } from './scan-forward.ts';
import { pullScan } from './scan-reverse.ts';
import { filled } from './sum-broadcast.ts';

/** A loop as one equation. Operands: constants, then the carry, then the sequences; results: the last carry, then ys. */
export interface ScanParams {
  /** (constants, carry, x) → (carry, y). */
  readonly body: Program;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
}

/** Binds one scan equation: how the rules, which live in their own files, come back to the primitive. */
export type BindScan = (operands: readonly Tensor[], params: ScanParams) => readonly Tensor[];

const bindScan: BindScan = (operands, params) => bindAny(scanPrimitive, operands, params);

export const scanPrimitive: AnyPrimitive = definePrimitive<ScanParams, number, number>({
  name: 'scan',
  semantics: {
    kind: 'structured',
    operands: ({ body, constants, carry }) => [
      { role: 'constants', count: constants },
      { role: 'carry', count: carry },
      { role: 'xs', count: body.inputs.length - constants - carry },
    ],
  },
  infer(inputs, params) {
    checkArity(inputs.length, params);
    const { body, constants, carry, length } = params;
    body.inputs.forEach((id, i) => {
      const x = inputs[i];
      const type = typeOf(body, id);
      const expected = i < constants + carry ? type : { dtype: type.dtype, shape: [length, ...type.shape] };
      if (x === undefined || !sameType(x, expected)) {
        throw new ShapeError(
          'scan',
          `operand ${i} is ${x ? formatType(x) : 'missing'}, the body takes ${formatType(expected)}.`,
        );
      }
    });
    return body.outputs.map((id, k) => {
      const type = typeOf(body, id);
      return k < carry ? type : { dtype: type.dtype, shape: [length, ...type.shape] };
    });
  },
  eval: runScan,
  pullbacks: () => {
    throw new ArgumentError('scan', 'has one rule for all operands.');
  },
  jointPullback: pullScan(bindScan),
  pushforward: pushScan(bindScan),
  batch: batchScan(bindScan),
}) as unknown as AnyPrimitive; // see AnyPrimitive

/** What `scan` sees to by itself, and a Program that was read from a file may lack. */
function checkArity(operands: number, { body, constants, carry }: ScanParams): void {
  if (operands !== body.inputs.length) {
    throw new ShapeError('scan', `got ${operands} operands, the body takes ${body.inputs.length}.`);
  }
  for (let i = 0; i < carry; i++) {
    const [enters, leaves] = [body.inputs[constants + i], body.outputs[i]];
    if (enters === undefined || leaves === undefined) {
      throw new ShapeError('scan', `the body has no input and output for carry ${i}.`);
    }
    const [before, after] = [typeOf(body, enters), typeOf(body, leaves)];
    if (!sameType(before, after)) {
      throw new ShapeError(
        'scan',
        `carry ${i} enters the body as ${formatType(before)} but leaves it as ${formatType(after)}.`,
      );
    }
  }
}

/** The reference loop: the body is interpreted once per step. */
function runScan(
  inputs: readonly Concrete[],
  { body, constants, carry, length, reverse }: ScanParams,
): readonly Concrete[] {
  const fixed = inputs.slice(0, constants);
  let state: readonly Tensor[] = inputs.slice(constants, constants + carry);
  const slices = inputs.slice(constants + carry).map((xs) => unstack(xs));
  const ys: Tensor[][] = body.outputs.slice(carry).map(() => new Array<Tensor>(length));
  for (let n = 0; n < length; n++) {
    const t = reverse ? length - 1 - n : n;
    const outputs = evaluate(body, [...fixed, ...state, ...slices.map((xs) => xs[t] as Tensor)]); // t < length
    state = outputs.slice(0, carry);
    ys.forEach((y, k) => {
      y[t] = outputs[carry + k] as Tensor; // one output per y
    });
  }
  const stacked = ys.map((y, k) => stackSteps(y, typeOf(body, body.outputs[carry + k] as number))); // one output per y
  return [...state, ...stacked] as Concrete[]; // concrete operands give concrete results
}

const stackSteps = (steps: readonly Tensor[], type: TensorType): Tensor =>
  steps.length === 0 ? filled({ dtype: type.dtype, shape: [0, ...type.shape] }, 0) : stack(steps);

/** What one step gives: the next carry, and this step's y. */
export interface Step<C, Y> {
  readonly carry: C;
  readonly y: Y;
}

/** Options of `scan`. */
export interface ScanOptions {
  /** From the last step to the first; ys keep their places. */
  readonly reverse?: boolean;
  /** The number of steps, needed when there are no sequences. */
  readonly length?: number;
}

/**
 * Runs a step along the leading axis of sequences, carrying a state.
 *
 * `step(carry, x)` takes a tree of tensors and one slice of each sequence and returns the next carry, of the same
 * structure and types, and a tree y; scan returns the last carry and every y stacked: [T, ...]. While a Program is
 * recorded it is one equation whose body is a Program; in an eager run it is an ordinary loop, so that a breakpoint or
 * `console.log` inside `step` works. Gradient: the same loop in reverse (backpropagation through time).
 * @throws ShapeError or TreeError when the carry changes, with both types; ArgumentError when lengths differ.
 * @example scan((h, x) => ({ carry: add(h, x), y: h }), tensor(0), tensor([1, 2, 3])).carry   // f64[] 6
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  xs: X,
  options: ScanOptions = {},
): { carry: C; ys: Y } {
  const sequences = flatten('scan', xs ?? {}, undefined, 'xs');
  const length = commonLength(sequences.leaves, sequences.paths, options.length);
  const loop = recording() === undefined ? eagerScan : tracedScan;
  return loop(step, init, sequences, length, options.reverse === true);
}

function eagerScan<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  xs: Sequences,
  length: number,
  reverse: boolean,
): { carry: C; ys: Y } {
  if (length === 0) return emptyScan(step, init, xs, reverse);
  const slices = xs.leaves.map((leaf) => unstack(leaf));
  const before = flatten('scan', init, undefined, 'carry');
  const ys: Tensor[][] = new Array<Tensor[]>(length);
  let first: Sequences | undefined;
  let firstTree: unknown;
  let carry = init;
  for (let n = 0; n < length; n++) {
    const t = reverse ? length - 1 - n : n;
    const result = step(carry, xs.rebuild(slices.map((slice) => slice[t] as Tensor)) as X); // t < length; X's structure
    carry = nextCarry(init, before, result);
    firstTree ??= result.y ?? {};
    const y = flatten('scan', inOrderOf(firstTree, result.y ?? {}), undefined, 'y');
    first ??= y;
    checkY(first, y, t);
    ys[t] = [...y.leaves];
  }
  const y = first as Sequences; // length > 0
  return { carry, ys: y.rebuild(y.leaves.map((_, k) => stack(ys.map((at) => at[k] as Tensor)))) as Y }; // one leaf per y in every step
}

/** No steps: the carry passes through, and the ys are empty; a trace of the step tells their types. */
function emptyScan<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  xs: Sequences,
  reverse: boolean,
): { carry: C; ys: Y } {
  const { ys } = tracedScan(step, init, xs, 0, reverse);
  return { carry: init, ys };
}

function tracedScan<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  xs: Sequences,
  length: number,
  reverse: boolean,
): { carry: C; ys: Y } {
  const carry = flatten('scan', init, undefined, 'carry');
  const sliced = xs.leaves.map((leaf): TensorType => ({ dtype: leaf.dtype, shape: leaf.shape.slice(1) }));
  let ys: Sequences | undefined;
  const { program, captures } = record([...carry.leaves, ...sliced], (inputs) => {
    const result = step(
      carry.rebuild(inputs.slice(0, carry.leaves.length)) as C,
      xs.rebuild(inputs.slice(carry.leaves.length)) as X,
    ); // structures of C and X
    const next = nextCarry(init, carry, result);
    ys = flatten('scan', result.y ?? {}, undefined, 'y');
    return [...flatten('scan', next).leaves, ...ys.leaves];
  });
  const body = constantsFirst(program, captures.length);
  const params: ScanParams = { body, constants: captures.length, carry: carry.leaves.length, length, reverse };
  const outputs = bindScan([...captures, ...carry.leaves, ...xs.leaves], params);
  const rest = outputs.slice(carry.leaves.length);
  return { carry: carry.rebuild(outputs.slice(0, carry.leaves.length)) as C, ys: (ys as Sequences).rebuild(rest) as Y }; // step ran once
}

/** `record` puts captures last; a scan's body takes them first. */
export function constantsFirst(program: Program, captures: number): Program {
  const own = program.inputs.length - captures;
  return Object.freeze({ ...program, inputs: [...program.inputs.slice(own), ...program.inputs.slice(0, own)] });
}

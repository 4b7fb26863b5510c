import {
  ArgumentError,
  type Concrete,
  formatType,
  full,
  ShapeError,
  sameType,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { insideVmap } from '../batching.ts';
import { bindAny, innermost } from '../bind.ts';
import { record, recording } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { type AnyPrimitive, definePrimitive } from '../primitive.ts';
import { type Program, typeOf } from '../program.ts';
import { scope } from '../scope.ts';
import { Tape } from '../tape.ts';
import { flatten } from '../tree.ts';
import { batchScan } from './scan-batch.ts';
import { commonLength, flatStep, type Sequences } from './scan-checks.ts';
import { runSteps } from './scan-eager.ts';
import { pushScan } from './scan-forward.ts';
import { pullScheduled } from './scan-nested.ts';
import { runReplayed } from './scan-replay.ts';
import { pullScan } from './scan-reverse.ts';
import { Gather, rowsOf } from './scan-rows.ts';
import { checkSchedule, type Schedule } from './schedule.ts';

/** A loop as one equation. Operands: constants, then the carry, then the sequences; results: the last carry, then ys. */
export interface ScanParams {
  /** (constants, carry, x) → (carry, y). */
  readonly body: Program;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
  /** What the reverse keeps; everything when absent. */
  readonly checkpoint?: Exclude<Schedule, 'all'>;
}

/** Binds one scan equation: how the rules, which live in their own files, come back to the primitive. */
export type BindScan = (operands: readonly Tensor[], params: ScanParams) => readonly Tensor[];

const bindScan: BindScan = (operands, params) => bindAny(scanPrimitive, operands, params);

export const scanPrimitive: AnyPrimitive = definePrimitive<ScanParams, number, number>({
  name: 'scan',
  semantics: {
    kind: 'structured',
    control: 'scan',
    operands: ({ body, constants, carry }) => [
      { role: 'constants', count: constants },
      { role: 'carry', count: carry },
      { role: 'xs', count: body.inputs.length - constants - carry },
    ],
  },
  readsOutputs: false,
  infer(inputs, params) {
    checkArity(inputs.length, params);
    checkSchedule(params.checkpoint ?? 'all');
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
  jointPullback: pullScheduled(bindScan, pullScan(bindScan)),
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
  const rows = inputs.slice(constants + carry).map(rowsOf);
  const ys = body.outputs.slice(carry).map((id) => new Gather(stacked(typeOf(body, id), length)));
  for (let n = 0; n < length; n++) {
    const t = reverse ? length - 1 - n : n;
    const step = [...fixed, ...state, ...rows.map((row) => row(t))];
    const outputs = scope({ step: t + 1 }, () => evaluate(body, step));
    state = outputs.slice(0, carry);
    ys.forEach((y, k) => {
      y.put(t, t, outputs[carry + k] as Tensor); // one output per y
    });
  }
  const wholes = ys.map((y, k) => {
    const { dtype, shape } = typeOf(body, body.outputs[carry + k] as number); // one output per y
    return y.whole() ?? full([length, ...shape], 0, dtype);
  });
  return [...state, ...wholes] as Concrete[]; // concrete operands give concrete results
}

const stacked = ({ dtype, shape }: TensorType, length: number): TensorType => ({ dtype, shape: [length, ...shape] });

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
  /**
   * What the reverse sweep finds in memory: every step's residuals (`'all'`, by default), or some carries, from which it
   * runs the steps between again: `'sqrt'`, `{ every: k }`, `{ snapshots: s }`.
   */
  readonly checkpoint?: Schedule;
}

/**
 * Runs a step along the leading axis of sequences, carrying a state.
 *
 * `step(carry, x)` takes a tree of tensors and one slice of each sequence and returns the next carry, of the same
 * structure and types, and a tree y; scan returns the last carry and every y stacked: [T, ...]. While a Program is
 * recorded it is one equation whose body is a Program; in an eager run it is an ordinary loop, so that a breakpoint or
 * `console.log` inside `step` works. Gradient: the same loop in reverse (backpropagation through time). With a
 * `checkpoint` schedule the loop is one entry of the tape, whose sweep runs `step` again: memory does not grow with T.
 * @throws ShapeError or TreeError when the carry changes, with both types; ArgumentError when lengths differ, or for no
 * schedule; ArgumentError when `step` uses other values in its second run.
 * @example scan((h, x) => ({ carry: add(h, x), y: h }), tensor(0), tensor([1, 2, 3])).carry   // f64[] 6
 * @example grad((h) => scan((c, x) => ({ carry: mul(c, x), y: c }), h, tensor([1, 2, 3]), { checkpoint: 'sqrt' }).carry)(tensor(5))   // f64[] 6
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  xs: X,
  options: ScanOptions = {},
): { carry: C; ys: Y } {
  const sequences = flatten('scan', xs ?? {}, undefined, 'xs');
  const length = commonLength(sequences.leaves, sequences.paths, options.length);
  const schedule = options.checkpoint ?? 'all';
  checkSchedule(schedule);
  const run: Run = { length, reverse: options.reverse === true, schedule };
  const abstract = recording() !== undefined || (schedule !== 'all' && insideVmap()); // nothing to run again on numbers
  return (!abstract && length > 0 ? eagerScan : tracedScan)(step, init, sequences, run);
}

interface Run {
  readonly length: number;
  readonly reverse: boolean;
  readonly schedule: Schedule;
}

function eagerScan<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  xs: Sequences,
  { schedule, ...rest }: Run,
): { carry: C; ys: Y } {
  const before = flatten('scan', init, undefined, 'carry');
  const loop = { ...rest, step: flatStep(step, init, before, xs) };
  const onTape = innermost((trace): trace is Tape => trace instanceof Tape) !== undefined;
  const { carry, ys } = onTape
    ? runReplayed(loop, before.leaves, xs.leaves, schedule)
    : runSteps(loop, 0, loop.length, before.leaves, xs.leaves);
  return { carry: before.rebuild(carry) as C, ys: (loop.step.y as Sequences).rebuild(ys) as Y }; // C's structure; length > 0
}

/** While a Program is recorded; and without steps, when a trace of the step tells the types of the empty ys. */
function tracedScan<C, X, Y>(
  step: (carry: C, x: X) => Step<C, Y>,
  init: C,
  xs: Sequences,
  { length, reverse, schedule }: Run,
): { carry: C; ys: Y } {
  const before = flatten('scan', init, undefined, 'carry');
  const carry = before.leaves.length;
  const flat = flatStep(step, init, before, xs);
  const sliced = xs.leaves.map((leaf): TensorType => ({ dtype: leaf.dtype, shape: leaf.shape.slice(1) }));
  const { program, captures } = record([...before.leaves, ...sliced], (inputs) => {
    const next = flat.run(inputs.slice(0, carry), inputs.slice(carry), 0);
    return [...next.carry, ...next.ys];
  });
  const params: ScanParams = {
    body: constantsFirst(program, captures.length),
    constants: captures.length,
    carry,
    length,
    reverse,
    ...(schedule === 'all' ? {} : { checkpoint: schedule }),
  };
  const outputs = bindScan([...captures, ...before.leaves, ...xs.leaves], params);
  const ys = (flat.y as Sequences).rebuild(outputs.slice(carry)) as Y; // step ran once, and gave a Y
  const last = length === 0 && recording() === undefined ? init : (before.rebuild(outputs.slice(0, carry)) as C); // C's structure
  return { carry: last, ys };
}

/** `record` puts captures last; a scan's body takes them first. */
export function constantsFirst(program: Program, captures: number): Program {
  const own = program.inputs.length - captures;
  return Object.freeze({ ...program, inputs: [...program.inputs.slice(own), ...program.inputs.slice(0, own)] });
}

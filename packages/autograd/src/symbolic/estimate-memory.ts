import { type Concrete, isDifferentiable, type TensorType } from '@throughline/tensor';
import { checkpointPrimitive } from '../primitives/checkpoint.ts';
import { type ScanParams, scanPrimitive } from '../primitives/scan.ts';
import { planOf } from '../primitives/schedule.ts';
import { type Equation, isProgram, type Program, typeOf, type VarId } from '../program.ts';
import { readsOf } from '../reads.ts';
import { TypeOnly } from '../value.ts';
import { bytesOf, liveBytes, sharesMemory } from './live-bytes.ts';

/** Bytes of tensor elements; a tensor that shares another's memory counts once. */
export interface MemoryEstimate {
  /** Of the program's inputs, which are there throughout. */
  readonly inputBytes: number;
  /** Of its outputs. */
  readonly outputBytes: number;
  /** The most that `evaluate(program)` holds at a time: inputs, constants, and values that are still to be read. */
  readonly evaluateBytes: number;
  /** What the tape of an eager gradient keeps beside the inputs when the function has run. */
  readonly residualBytes: number;
  /**
   * The most that is reachable from that tape and the inputs: with what the reverse sweep keeps for a while where it
   * runs a stretch again. Cotangents on their way are not on the tape, and not in here.
   */
  readonly peakBytes: number;
  /** The entries and the tensors on the tape at that time: each is an object of some hundred bytes beside its elements. */
  readonly entries: number;
  readonly tensors: number;
}

/** Memory, whoever looks at it; `times` is how often it is there, for the steps that one step stands for. */
interface Block {
  readonly bytes: number;
  readonly times: number;
}
interface Value {
  readonly type: TensorType;
  readonly memory: Block;
  readonly recorded: boolean;
}

/** What an eager run of the function would put on a tape. */
class Estimate {
  readonly kept = new Set<Block>();
  entries = 0;
  /** The most that one entry's sweep keeps on a tape of its own. */
  nested: Total = { bytes: 0, entries: 0, tensors: 0 };
  times = 1;

  block(type: TensorType): Block {
    return { bytes: bytesOf(type), times: this.times };
  }
  value(type: TensorType, recorded: boolean): Value {
    return { type, memory: this.block(type), recorded };
  }
  keep(memory: Block): void {
    this.kept.add(memory);
  }
  /** The sweep of one entry, which runs `f` again on a tape of its own. */
  within(operands: readonly Value[], f: (again: Estimate) => void): void {
    const again = new Estimate();
    f(again);
    const known = new Set(operands.map(({ memory }) => memory));
    const total = again.total(known);
    if (total.bytes >= this.nested.bytes) this.nested = total;
  }
  total(known: ReadonlySet<Block> = new Set()): Total {
    const own = [...this.kept].filter((memory) => !known.has(memory));
    return {
      bytes: own.reduce((sum, { bytes, times }) => sum + bytes * times, 0) + this.nested.bytes,
      entries: this.entries + this.nested.entries,
      tensors: own.reduce((sum, { times }) => sum + times, 0) + this.nested.tensors,
    };
  }
}
interface Total {
  readonly bytes: number;
  readonly entries: number;
  readonly tensors: number;
}

/**
 * How much memory a function's tensors take, from its Program alone: before it runs.
 *
 * `wrt` names the inputs that a gradient is taken to, by place: all of them by default. Loops count as eager code runs
 * them: step by step, or under their schedule. What other structured equations do inside is not counted.
 * @example estimateMemory(trace((x) => mul(x, x), tensor([1, 2]))).inputBytes   // 16
 */
export function estimateMemory(program: Program, options: { readonly wrt?: readonly number[] } = {}): MemoryEstimate {
  const estimate = new Estimate();
  const inputs = program.inputs.map((id, i) => {
    const type = typeOf(program, id);
    return estimate.value(type, isDifferentiable(type) && (options.wrt?.includes(i) ?? true));
  });
  run(estimate, program, inputs);
  const outside = new Set(inputs.map(({ memory }) => memory));
  const inputBytes = inputs.reduce((sum, { memory }) => sum + memory.bytes, 0);
  const { bytes, entries, tensors } = estimate.total(outside);
  return {
    inputBytes,
    outputBytes: program.outputs.reduce((sum, id) => sum + bytesOf(typeOf(program, id)), 0),
    evaluateBytes: liveBytes(program, inputBytes),
    residualBytes: bytes - estimate.nested.bytes,
    peakBytes: inputBytes + bytes,
    entries,
    tensors,
  };
}

/** Runs a Program on types, as an eager function runs on a tape. */
function run(estimate: Estimate, program: Program, inputs: readonly Value[]): Value[] {
  const values = new Map<VarId, Value>(program.inputs.map((id, i) => [id, inputs[i] as Value])); // one per input
  const shared = new Map<VarId, Block>();
  const read = (id: VarId): Value => {
    const constant = program.constants.get(id);
    if (constant === undefined) return values.get(id) as Value; // defined before use
    // A number that is written in the function is a new tensor at each use; other constants are one.
    const memory = constant.shape.length === 0 ? estimate.block(constant) : (shared.get(id) ?? constantBlock(constant));
    shared.set(id, memory);
    return { type: constant, memory, recorded: false };
  };
  for (const equation of program.equations) {
    const operands = equation.inputs.map(read);
    const results = runEquation(estimate, program, equation, operands);
    equation.outputs.forEach((id, k) => {
      values.set(id, results[k] as Value); // one per output
    });
  }
  return program.outputs.map(read);
}

/** Constants outside loops and inside them are the same memory: it is there once. */
const constants = new WeakMap<Concrete, Block>();
function constantBlock(constant: Concrete): Block {
  const known = constants.get(constant) ?? { bytes: bytesOf(constant), times: 1 };
  constants.set(constant, known);
  return known;
}

function runEquation(estimate: Estimate, program: Program, equation: Equation, operands: readonly Value[]): Value[] {
  const { primitive, inputs, params, outputs } = equation;
  const onTape = operands.some(({ recorded }) => recorded);
  if (primitive === scanPrimitive) return runLoop(estimate, params as unknown as ScanParams, operands, onTape); // the scan's own
  const types = outputs.map((id) => typeOf(program, id));
  if (primitive === checkpointPrimitive && isProgram(params.body)) {
    const { body } = params;
    if (onTape) {
      estimate.entries += estimate.times;
      for (const { memory } of operands) estimate.keep(memory);
      estimate.within(operands, (again) => run(again, body, operands));
    }
    return types.map((type) => estimate.value(type, onTape && isDifferentiable(type)));
  }
  const results = types.map((type): Value => {
    const memory = sharesMemory(equation, operands[0]?.type, type)
      ? (operands[0] as Value).memory
      : estimate.block(type); // it has one
    return { type, memory, recorded: onTape && isDifferentiable(type) };
  });
  if (!onTape || !types.some(isDifferentiable)) return results;
  estimate.entries += estimate.times;
  const placed = (list: readonly Value[]): TypeOnly[] => list.map(({ type }) => new TypeOnly(type.dtype, type.shape));
  for (let i = 0; i < inputs.length; i++) {
    if (!operands[i]?.recorded) continue;
    const reads = readsOf(primitive, i, placed(operands), placed(results), params);
    for (const place of reads.inputs) estimate.keep((operands[place] as Value).memory); // places of operands
    for (const place of reads.outputs) estimate.keep((results[place] as Value).memory); // places of results
    if (primitive.jointPullback !== undefined) break;
  }
  return results;
}

/** A loop under a schedule: its entry keeps its operands and some carries, and its sweep one block's tape at a time. */
function runLoop(estimate: Estimate, params: ScanParams, operands: readonly Value[], onTape: boolean): Value[] {
  const { body, constants: count, carry, length, checkpoint } = params;
  const { block, blocks, keep } = planOf(checkpoint ?? 'all', length);
  if (!onTape || blocks <= 1) return runSteps(estimate, params, operands, length);
  estimate.entries += estimate.times;
  operands.forEach(({ memory, recorded }, i) => {
    if (recorded || i >= count) estimate.keep(memory); // what else is captured is the closure's
  });
  for (const { type } of operands.slice(count, count + carry)) {
    estimate.keep({ bytes: bytesOf(type), times: keep * estimate.times });
  }
  const moving = operands.map((x, i): Value => {
    const isCarry = i >= count && i < count + carry;
    return isCarry ? { ...x, recorded: isDifferentiable(x.type) } : x;
  });
  estimate.within(operands, (again) => runSteps(again, params, moving, block));
  return body.outputs.map((id, k) => {
    const type = typeOf(body, id);
    return estimate.value(k < carry ? type : stacked(type, length), isDifferentiable(type));
  });
}

/** A loop that is recorded step by step. Once nothing changes from step to step, one step stands for many. */
function runSteps(estimate: Estimate, params: ScanParams, operands: readonly Value[], length: number): Value[] {
  const { body, constants: count, carry } = params;
  const [fixed, xs] = [operands.slice(0, count), operands.slice(count + carry)];
  let state = operands.slice(count, count + carry);
  let ys: readonly Value[] = [];
  const outside = estimate.times;
  const step = (times: number): void => {
    estimate.times = outside * times;
    const rows = xs.map(({ type, memory, recorded }): Value => {
      const row = { dtype: type.dtype, shape: type.shape.slice(1) };
      if (!recorded) return { type: row, memory, recorded };
      estimate.entries += estimate.times;
      return estimate.value(row, true);
    });
    const outputs = run(estimate, body, [...fixed, ...state, ...rows]);
    state = outputs.slice(0, carry);
    ys = outputs.slice(carry);
    estimate.entries += estimate.times * ys.filter(({ recorded }) => recorded).length;
    estimate.times = outside;
  };
  const until = Math.min(length, carry + 2);
  for (let n = 0; n < until; n++) step(1);
  if (length > until + 1) step(length - until - 1);
  if (length > until) step(1);
  const gathered = [...xs, ...ys].filter(({ recorded }) => recorded).length; // one split, one concat
  estimate.entries += outside * gathered;
  const types = body.outputs.slice(carry).map((id) => stacked(typeOf(body, id), length));
  return [...state, ...types.map((type, k) => estimate.value(type, ys[k]?.recorded === true))];
}

const stacked = ({ dtype, shape }: TensorType, length: number): TensorType => ({ dtype, shape: [length, ...shape] });

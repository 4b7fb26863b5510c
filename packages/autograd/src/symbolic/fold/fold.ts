import { type Shape, sameShape, type Tensor } from '@throughline/tensor';
import { bindAny } from '../../bind.ts';
import { record } from '../../builder.ts';
import { at } from '../../ops/at.ts';
import { stack } from '../../primitives/concat-split.ts';
import { reshape } from '../../primitives/reshape.ts';
import { type ScanParams, scanPrimitive } from '../../primitives/scan.ts';
import { slice } from '../../primitives/slice-pad.ts';
import { type Equation, type Program, typeOf, type VarId } from '../../program.ts';
import { scope } from '../../scope.ts';
import { findRepeat, leastBeside, type Place, type Repeat } from './find.ts';
import { hoistViews } from './hoist.ts';
import { Origins } from './origins.ts';

/** Options of `fold`. */
export interface FoldOptions {
  /** How often a step must repeat. Default 3. */
  readonly least?: number;
}

/**
 * The Program with time drawn once: a step that was recorded T times over, each from the one before, becomes the body of
 * one scan of length T, which printers show with ×T.
 *
 * Steps are found by structure: the longest run of equal blocks of equations (op, params, types) in which each takes
 * something of the block before. What differs from step to step is stacked, or, where it was cut from one array, that
 * array; what is the same is a constant. The result computes the same bits. Loops within loops, and what is no loop, stay.
 * @example fold(trace((x) => tanh(tanh(tanh(x))), tensor(1))).equations.length   // 1
 */
export function fold(program: Program, options: FoldOptions = {}): Program {
  let least = Math.max(2, options.least ?? 3);
  let folded = hoistViews(program);
  let any = false;
  for (let repeat = findRepeat(folded, least); repeat !== undefined; repeat = findRepeat(folded, least)) {
    folded = rewrite(folded, repeat);
    least = leastBeside(repeat, least);
    any = true;
  }
  return any ? folded : program;
}

/** A Program that is written again, equation by equation. */
class Replay {
  readonly origins = new Origins();
  readonly values = new Map<VarId, Tensor>();
  constructor(program: Program, inputs: readonly Tensor[]) {
    program.inputs.forEach((id, i) => {
      this.values.set(id, inputs[i] as Tensor); // one per input
    });
    for (const [id, value] of program.constants) this.values.set(id, value);
  }

  value = (id: VarId): Tensor => this.values.get(id) as Tensor; // defined before use

  run(equation: Equation): void {
    const inputs = equation.inputs.map(this.value);
    const outputs = scoped(equation, () => bindAny(equation.primitive, inputs, equation.params));
    this.origins.note(equation, inputs, outputs);
    outputs.forEach((y, k) => {
      const { source, offset } = this.origins.of(y);
      // Cut apart and put together again.
      const whole = offset === 0 && source !== y && source.size === y.size;
      this.values.set(equation.outputs[k] as VarId, whole ? reshaped(source, y.shape) : y); // as many
    });
  }
}

const reshaped = (x: Tensor, shape: Shape): Tensor => (sameShape(x.shape, shape) ? x : reshape(x, shape));

function scoped<R>({ origin }: Equation, run: () => R): R {
  const labels = (origin?.scope ?? []).filter((label) => typeof label === 'string' || !('step' in label)); // steps are one now
  return labels.reduceRight<() => R>((inner, label) => () => scope(label, inner), run)();
}

function rewrite(program: Program, repeat: Repeat): Program {
  const { start, period, steps, wiring } = repeat;
  const end = start + period * steps;
  const types = program.inputs.map((id) => typeOf(program, id));
  return record(types, (inputs) => {
    const replay = new Replay(program, inputs);
    for (const equation of program.equations.slice(0, start)) replay.run(equation);
    const runs = wiring.xs.map((ids) => replay.origins.run(ids.map(replay.value)));
    const reverse = runs.some((run) => run?.direction === -1) && !runs.some((run) => run?.direction === 1);
    const xs = wiring.xs.map((ids, i) => sequence(ids.map(replay.value), runs[i], reverse));
    const ys = usedOutside(program, repeat);
    const constants = wiring.constants.filter((id) => !isScalar(program, id));
    const body = bodyOf(program, repeat, constants, ys);
    const operands = [...constants.map(replay.value), ...wiring.carry.map(({ init }) => replay.value(init)), ...xs];
    const params: ScanParams = {
      body,
      constants: constants.length,
      carry: wiring.carry.length,
      length: steps,
      reverse,
    };
    const results = bindAny(scanPrimitive, operands, params);
    const placed = (b: number, { equation, result }: Place): VarId =>
      program.equations[start + b * period + equation]?.outputs[result] as VarId; // a place in a block
    ys.forEach((place, k) => {
      const stacked = results[wiring.carry.length + k] as Tensor; // one per y
      for (let b = 0; b < steps; b++) {
        replay.values.set(placed(b, place), row(replay, stacked, reverse ? steps - 1 - b : b));
      }
    });
    wiring.carry.forEach(({ from }, i) => {
      const last = placed(steps - 1, from);
      if (!replay.values.has(last)) replay.values.set(last, results[i] as Tensor); // one per carry
    });
    for (const equation of program.equations.slice(end)) replay.run(equation);
    return program.outputs.map(replay.value);
  }).program;
}

/** A step of a sequence of results, noted as a part of it. */
function row(replay: Replay, stacked: Tensor, t: number): Tensor {
  const y = at(stacked, t);
  replay.origins.set(y, { source: stacked, offset: t * y.size });
  return y;
}

const isScalar = (program: Program, id: VarId): boolean => program.constants.get(id)?.shape.length === 0;

/** What is fed step by step: the array that the steps were cut from, or the steps stacked. */
function sequence(values: readonly Tensor[], run: ReturnType<Origins['run']>, reverse: boolean): Tensor {
  const [first] = values;
  const shape = [values.length, ...(first?.shape ?? [])];
  if (run === undefined || (run.direction === -1) !== reverse) return stack(reverse ? values.toReversed() : values);
  const { source, offset } = run.origin;
  const size = first?.size ?? 0;
  const total = values.length * size;
  if (offset === 0 && source.size === total) return reshaped(source, shape);
  if (sameShape(source.shape.slice(1), first?.shape ?? []) && offset % size === 0) {
    return slice(source, [offset / size], [(offset + total) / size]);
  }
  const flat = reshape(source, [source.size]);
  return reshape(slice(flat, [offset], [offset + total]), shape);
}

/** Results that something outside the blocks reads, other than the last value of a carry. */
function usedOutside(program: Program, { start, period, steps, wiring }: Repeat): Place[] {
  const end = start + period * steps;
  const outside = new Set([...program.equations.slice(end).flatMap(({ inputs }) => inputs), ...program.outputs]);
  const isCarry = (e: number, r: number): boolean =>
    wiring.carry.some(({ from }) => from.equation === e && from.result === r);
  const found: Place[] = [];
  for (let equation = 0; equation < period; equation++) {
    for (const result of program.equations[start + equation]?.outputs.keys() ?? []) {
      const ids = Array.from(
        { length: steps },
        (_, b) => program.equations[start + b * period + equation]?.outputs[result] as VarId,
      ); // blocks are alike
      const read = (isCarry(equation, result) ? ids.slice(0, -1) : ids).some((id) => outside.has(id));
      if (read) found.push({ equation, result });
    }
  }
  return found;
}

/** (constants, carry, x) → (carry, y), from the first block. */
function bodyOf(
  program: Program,
  { start, period, wiring }: Repeat,
  constants: readonly VarId[],
  ys: readonly Place[],
): Program {
  const block = program.equations.slice(start, start + period);
  const ids = [...constants, ...wiring.carry.map(({ init }) => init), ...wiring.xs.map((steps) => steps[0] as VarId)]; // at least two steps
  return record(
    ids.map((id) => typeOf(program, id)),
    (inputs) => {
      const results: (readonly Tensor[])[] = [];
      const at = ({ equation, result }: Place): Tensor => results[equation]?.[result] as Tensor; // earlier in the block
      const fixed = new Map(constants.map((id, i) => [id, inputs[i] as Tensor])); // one each
      for (const [e, equation] of block.entries()) {
        const operands = (wiring.operands[e] ?? []).map((operand): Tensor => {
          if (operand.kind === 'own') return at(operand.place);
          if (operand.kind === 'carry') return inputs[constants.length + operand.index] as Tensor; // one each
          if (operand.kind === 'xs') return inputs[constants.length + wiring.carry.length + operand.index] as Tensor; // one each
          const id = wiring.constants[operand.index] as VarId; // an index into them
          return fixed.get(id) ?? (program.constants.get(id) as Tensor); // scalars stay inside
        });
        results.push(scoped(equation, () => bindAny(equation.primitive, operands, equation.params)));
      }
      return [...wiring.carry.map(({ from }) => at(from)), ...ys.map(at)];
    },
  ).program;
}

import { batchProgram, deadCode, extract, type Program, type VarId } from '@throughline/autograd/back-end';
import { readIn, type Slot } from './loop.ts';

/** A part of a body: what it computes from what, with the outer variables of both kinds of operands. */
export interface Part {
  /** The same at every step. */
  readonly constants: readonly Slot[];
  /** One slice per step. */
  readonly moving: readonly Slot[];
  readonly results: readonly VarId[];
  readonly length: number;
}

/** A part of a body for all steps at once, by the primitives' batching rules, and the outer variables that it takes. */
export function runAtOnce(
  body: Program,
  { constants, moving, results, length }: Part,
): { program: Program; operands: VarId[] } {
  const slots = [...constants, ...moving];
  const whole = extract(
    body,
    slots.map(({ inner }) => inner),
    results,
  );
  const read = readIn(whole);
  const used = slots.map((_, i) => read.has(whole.inputs[i] as VarId)); // one input per slot
  const part = deadCode({ ...whole, inputs: whole.inputs.filter((_, i) => used[i]) });
  const mapped = slots.map((_, i) => i >= constants.length).filter((_, i) => used[i]);
  const { program } = batchProgram(part, mapped, length, () => true);
  return { program, operands: slots.filter((_, i) => used[i]).map(({ outer }) => outer) };
}

import { batchProgram, deadCode, extract, type Program, type VarId } from '@throughline/autograd/back-end';
import { type Loop, readIn, type Slot } from './loop.ts';

/** Some results of a loop's body for all steps at once, by the primitives' batching rules, and the outer variables it takes. */
export function runAtOnce(
  { program: body, constants, params: { length } }: Loop,
  /** What has one slice per step. */
  moving: readonly Slot[],
  results: readonly VarId[],
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

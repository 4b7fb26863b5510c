import type { Tensor } from '@throughline/tensor';
import { batchProgram, repeated } from '../batching.ts';
import type { BatchRule } from '../primitive.ts';
import type { Program } from '../program.ts';
import type { BindScan, ScanParams } from './scan.ts';
import { moveAxes } from './transpose.ts';

/** A step of (constants, carry, rest) → (carry, rest) for all examples, once the set of mapped carries is a fixed point. */
export function batchStep(
  { body, constants, carry }: { readonly body: Program; readonly constants: number; readonly carry: number },
  mapped: readonly boolean[],
  size: number,
): { step: ReturnType<typeof batchProgram>; mapped: readonly boolean[] } {
  let is = mapped;
  for (;;) {
    const now = is;
    const step = batchProgram(body, now, size, (k) => k < carry && now[constants + k] === true);
    is = now.map((m, i) => m || (i >= constants && i < constants + carry && step.mapped[i - constants] === true));
    if (is.every((m, i) => m === now[i])) return { step, mapped: is };
  }
}

/** One loop for all examples: the body takes a step of each. */
export const batchScan =
  (bindScan: BindScan): BatchRule<ScanParams> =>
  ({ inputs, mapped, params, size }) => {
    const { constants, carry } = params;
    const { step, mapped: is } = batchStep(params, mapped, size);
    const operands = inputs.map((x, i) => {
      if (i >= constants && i < constants + carry) return is[i] && !mapped[i] ? repeated(x, size, inputs) : x;
      return mapped[i] && i >= constants ? swapped(x) : x;
    });
    const results = bindScan(operands, { ...params, body: step.program });
    return { outputs: results.map((y, k) => (k >= carry && step.mapped[k] ? swapped(y) : y)), mapped: step.mapped };
  };

/** [examples, steps, …] ↔ [steps, examples, …]. */
export const swapped = (x: Tensor): Tensor => moveAxes(x, 1, 0);

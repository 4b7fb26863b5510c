import type { Tensor } from '@throughline/tensor';
import { batchProgram, repeated } from '../batching.ts';
import type { BatchRule } from '../primitive.ts';
import type { BindScan, ScanParams } from './scan.ts';
import { moveAxes } from './transpose.ts';

/** One loop for all examples: the body takes a step of each. Which carries are mapped is a fixed point. */
export const batchScan =
  (bindScan: BindScan): BatchRule<ScanParams> =>
  ({ inputs, mapped, params, size }) => {
    const { body, constants, carry } = params;
    const isCarry = (i: number): boolean => i >= constants && i < constants + carry;
    let is = mapped;
    let step = batchProgram(body, is, size, () => false);
    for (;;) {
      const grown = is.map((m, i) => m || (isCarry(i) && step.mapped[i - constants] === true));
      const settled = grown.every((m, i) => m === is[i]);
      is = grown;
      step = batchProgram(body, is, size, (k) => k < carry && is[constants + k] === true);
      if (settled) break;
    }
    const operands = inputs.map((x, i) => {
      if (isCarry(i)) return is[i] && !mapped[i] ? repeated(x, size, inputs) : x;
      return mapped[i] && i >= constants ? swapped(x) : x;
    });
    const results = bindScan(operands, { ...params, body: step.program });
    return { outputs: results.map((y, k) => (k >= carry && step.mapped[k] ? swapped(y) : y)), mapped: step.mapped };
  };

/** [examples, steps, …] ↔ [steps, examples, …]. */
const swapped = (x: Tensor): Tensor => moveAxes(x, 1, 0);

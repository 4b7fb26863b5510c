import type { Value } from './exercise.ts';

export { add, input, mul } from './exercise.ts';

export function backward(result: Value): void {
  const values = new Set([result]);
  // A set may grow while it is walked.
  for (const { operands } of values) for (const operand of operands) values.add(operand);
  for (const value of values) value.ct = 0;
  result.ct = 1;
  // Uses come later than what they use, so from the last to the first every cotangent is complete when its turn comes.
  for (const { operands, slopes, ct } of [...values].sort((a, b) => b.id - a.id)) {
    for (const [i, operand] of operands.entries()) operand.ct += ct * (slopes[i] ?? 0);
  }
}

import { abs, argmax, cast, equal, less, mean, mul, oneHot, reshape, sub, sum, where } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { crossEntropy, meanSquaredError } from '../losses.ts';
import type { Task, TaskBatch } from './task.ts';

/**
 * The loss of a model's outputs, of the task's kind: the mean over what counts, in nats or squared units.
 *
 * Shapes: outputs [B, O] of a task that asks at the end, [T, B, O] of one that asks at every step → []. Gradient: that of
 * `crossEntropy` or `meanSquaredError`.
 * @throws ShapeError when outputs do not fit the targets.
 * @example taskLoss(copyTask({ T: 5 }), zeros([25, 2, 9]), copyTask({ T: 5 }).batch(key(1), 2))   // f64[] 2.19722
 */
export function taskLoss(task: Pick<Task, 'loss'>, outputs: Tensor, { targets, weights }: TaskBatch): Tensor {
  if (task.loss === 'meanSquaredError') return meanSquaredError(outputs, cast(targets, outputs.dtype));
  return crossEntropy(outputs, targets, weights === undefined ? {} : { weights });
}

/** The outputs after each sequence's last step: of [T, B, …] those at `lengths` − 1, or the last ones. */
export function atTheEnd(outputs: Tensor, { lengths }: TaskBatch): Tensor {
  const [T, B, ...rest] = outputs.shape as [number, number, ...number[]]; // [T, B, …]
  if (lengths === undefined) return reshape(outputs.slice([T - 1], [T]), [B, ...rest]);
  // A choice, not a product: outputs past the end may be anything.
  const here = reshape(cast(oneHot(sub(lengths, 1), T), 'bool').transpose(), [T, B, ...rest.map(() => 1)]);
  return sum(where(here, outputs, 0), 0);
}

/** The fraction of classes whose logit is the largest. */
export function rightClasses(outputs: Tensor, { targets, weights }: Pick<TaskBatch, 'targets' | 'weights'>): Tensor {
  const right = cast(equal(argmax(outputs, -1), targets), 'float64');
  if (weights === undefined) return mean(right);
  const counted = cast(weights, 'float64');
  return sum(mul(right, counted)).div(sum(counted));
}

/** The fraction of numbers that are closer than `tolerance`. */
export const closerThan =
  (tolerance: number) =>
  (outputs: Tensor, { targets }: TaskBatch): Tensor =>
    mean(cast(less(abs(sub(cast(outputs, 'float64'), targets)), tolerance), 'float64'));

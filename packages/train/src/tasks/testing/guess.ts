import { add, broadcastTo, key, oneHot } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import type { Task, TaskBatch } from '../../index.ts';

/**
 * What the best answer costs that knows which step it is, and nothing else, on many sequences drawn: the variance of the
 * targets, or for classes the entropy of their frequencies, over the steps that count. By plain counting.
 */
export function costOfConstant(task: Task, sequences: number): number {
  const { targets, weights } = task.batch(key(99), sequences);
  const rows = task.answers === 'at the end' ? 1 : (targets.shape[0] ?? 0);
  const perRow = targets.size / rows;
  const values = [...targets.data].map(Number);
  const counts = weights === undefined ? values.map(() => 1) : [...weights.data].map(Number);
  let [cost, counted] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const here = values.slice(row * perRow, (row + 1) * perRow).filter((_, i) => counts[row * perRow + i] === 1);
    cost += here.length * (task.loss === 'crossEntropy' ? entropyOf(here) : varianceOf(here));
    counted += here.length;
  }
  return cost / counted;
}

const varianceOf = (values: number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
};

function entropyOf(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / values.length) * Math.log(n / values.length), 0);
}

/** Outputs that are the same for each sequence: at each step the mean of these targets, or the class that is most often right. */
export function constantAnswer(task: Task, like: TaskBatch): Tensor {
  const { targets } = task.batch(key(98), 20_000);
  if (task.loss === 'meanSquaredError') return add(like.targets.mul(0), targets.mean());
  const rows = task.answers === 'at the end' ? 1 : (targets.shape[0] ?? 0);
  const perRow = targets.size / rows;
  const ids = [...targets.data].map(Number);
  const modes = Array.from({ length: rows }, (_, row) => modeOf(ids.slice(row * perRow, (row + 1) * perRow)));
  const answers = tensor(task.answers === 'at the end' ? (modes[0] ?? 0) : modes.map((mode) => [mode]), {
    dtype: 'int32',
  });
  return broadcastTo(oneHot(answers, task.outputs), [...like.targets.shape, task.outputs]);
}

function modeOf(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

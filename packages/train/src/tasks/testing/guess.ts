import { key } from '@throughline/autograd';
import type { Task } from '../../index.ts';

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

import type { Tensor } from '@throughline/tensor';
import {
  type Optimizer,
  type OptimizerState,
  type Task,
  type TaskModel,
  type TaskResult,
  trainTask,
} from '@throughline/train';
import { Stopped, type Work } from './claim.ts';

/** How a task is learned within a measurement. */
export interface LearnOptions {
  readonly key: Tensor;
  /** Updates to make at most. */
  readonly updates: number;
  /** Adam with rate 0.01 by default. */
  readonly optimizer?: Optimizer<OptimizerState>;
  /** Looks every so many updates, 25 by default, and ends when this fraction counts as solved; 0.99 by default. */
  readonly every?: number;
  readonly until?: number;
  readonly clip?: number | null;
  /** Fresh sequences that it is measured on: 256 by default. */
  readonly fresh?: number;
}

/** What was learned, in numbers. */
export interface Learned {
  readonly loss: number;
  readonly success: number;
  readonly updates: number;
}

/**
 * Trains a model on a task, compiled, until it is solved or the updates are used up.
 *
 * @throws Stopped after the work's signal.
 */
export async function learn<P>(
  task: Task,
  model: TaskModel<P>,
  { updates, until = 0.99, every = 25, ...options }: LearnOptions,
  work: Work,
): Promise<TaskResult<P>> {
  await work.turn();
  let isSolved = false;
  const result = await trainTask(task, model, {
    ...options,
    steps: updates,
    evaluateEvery: Math.min(every, updates),
    signal: {
      get aborted() {
        return isSolved || work.signal.aborted;
      },
    },
    watch: (event) => {
      if (event.type === 'evaluate' && event.value.success >= until) isSolved = true;
    },
  });
  if (work.signal.aborted) throw new Stopped('stopped by the signal');
  return result;
}

/** A result without what only a program needs. */
export const learned = ({ loss, success, step }: TaskResult<unknown>): Learned => ({ loss, success, updates: step });

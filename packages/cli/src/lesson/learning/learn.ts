import { foldIn, key } from '@throughline/autograd';
import { compile } from '@throughline/compiler';
import type { Tensor } from '@throughline/tensor';
import { adam, type Task, type TaskBatch, type TaskModel, taskLoss } from '@throughline/train';
import type { Work } from '../claim.ts';
import { fit } from '../fit.ts';

/** A training of a model on a task. */
export interface LearnJob<P> {
  readonly task: Task;
  readonly model: TaskModel<P>;
  readonly seed: number;
  readonly steps: number;
  readonly rate: number;
  /** Test sequences: 256 by default. */
  readonly tests?: number;
}

/** What was learned. */
export interface Learned<P> {
  readonly params: P;
  /** Of test sequences: the loss as a part of the baseline's, and the fraction that is right. */
  readonly loss: number;
  readonly right: number;
}

/** Trains, compiled, and tests on sequences that training did not see. */
export async function learn<P>(
  { task, model, seed, steps, rate, tests = 256 }: LearnJob<P>,
  work: Work,
  share?: readonly [number, number],
): Promise<Learned<P>> {
  const drawn = key(seed);
  const cost = (params: P, batch: TaskBatch): Tensor => taskLoss(task, model.apply(params, batch), batch);
  const { params } = await fit(
    {
      params: model.init(foldIn(drawn, 1)),
      loss: cost,
      batches: (_, from) => task.batch(from),
      optimizer: adam({ rate }),
      steps,
      key: foldIn(drawn, 2),
      clip: 1,
    },
    work,
    share && { share },
  );
  const test = compile((at: P, batch: TaskBatch) => {
    const outputs = model.apply(at, batch);
    return { loss: taskLoss(task, outputs, batch), right: task.success.of(outputs, batch) };
  })(params, task.batch(foldIn(drawn, 3), tests));
  return { params, loss: test.loss.item() / task.baseline.value, right: test.right.item() };
}

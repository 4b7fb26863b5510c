import { flatten, splitKey } from '@throughline/autograd';
import { compile } from '@throughline/compiler';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { History, TrainEvent } from './events.ts';
import { finish, train } from './loop.ts';
import { adam } from './optimizers/adam.ts';
import type { Optimizer, OptimizerState } from './optimizers/optimizer.ts';
import { taskLoss } from './tasks/answer.ts';
import type { TaskModel } from './tasks/cell-model.ts';
import type { Baseline, Task } from './tasks/task.ts';

/** How a task is learned. */
export interface TrainTaskOptions {
  /** Updates to make, at least 1. */
  readonly steps: number;
  /** What parameters and batches are drawn from. */
  readonly key: Tensor;
  /** The learning rate of Adam: 0.01 by default. */
  readonly rate?: number;
  /** Another optimiser than Adam. */
  readonly optimizer?: Optimizer<OptimizerState>;
  /** The largest norm of a gradient: 1 by default; null for none. */
  readonly clip?: number | null;
  /** Fresh sequences, held out where the task holds some out, that the result is measured on: 256 by default. */
  readonly fresh?: number;
  /** Measures after every so many updates too. */
  readonly evaluateEvery?: number;
  readonly signal?: { readonly aborted: boolean };
  /** Hears every event of `train`. */
  watch?(event: TrainEvent<unknown, OptimizerState, TaskMeasure>): void;
}

/** What a model does on fresh sequences. */
export interface TaskMeasure {
  readonly loss: number;
  /** The fraction that counts as solved. */
  readonly success: number;
}

/** What was learned, beside what it costs to have learned nothing. */
export interface TaskResult<P> extends TaskMeasure {
  readonly task: string;
  readonly model: string;
  readonly baseline: Baseline;
  /** What success counts, and the baseline's. */
  readonly solved: { readonly what: string; readonly chance: number | null };
  /** Numbers that were learned. */
  readonly parameters: number;
  /** Updates made. */
  readonly step: number;
  readonly end: 'done' | 'aborted' | 'diverged';
  readonly history: History<TaskMeasure>;
  readonly params: P;
}

/**
 * Trains a model on a task and measures it on fresh sequences: compiled, with Adam and clipped gradients unless told
 * otherwise. The same arguments give the same bits.
 *
 * @throws ArgumentError for an option out of range.
 * @example (await trainTask(addingTask({ T: 8 }), cellModel(addingTask({ T: 8 }), lstm, { H: 4 }), { steps: 2, key: key(1) })).parameters   // 117
 */
export async function trainTask<P>(task: Task, model: TaskModel<P>, options: TrainTaskOptions): Promise<TaskResult<P>> {
  const { steps, key, rate = 0.01, optimizer = adam({ rate }), clip = 1, fresh = 256 } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new ArgumentError('trainTask', `steps is ${steps}, not an integer from 1 up.`);
  if (!Number.isInteger(fresh) || fresh < 1)
    throw new ArgumentError('trainTask', `fresh is ${fresh}, not an integer from 1 up.`);
  const [forParams, forBatches, forTest] = splitKey(key, 3) as [Tensor, Tensor, Tensor]; // three asked for
  const test = (task.heldOut ?? task.batch)(forTest, fresh);
  const measureAll = compile((params: P) => {
    const outputs = model.apply(params, test);
    return { loss: taskLoss(task, outputs, test), success: task.success.of(outputs, test) };
  });
  const measure = (params: P): TaskMeasure => {
    const { loss, success } = measureAll(params);
    return { loss: loss.item(), success: success.item() };
  };
  const events = train<P, ReturnType<Task['batch']>, OptimizerState, TaskMeasure>({
    params: model.init(forParams),
    loss: (params, batch) => taskLoss(task, model.apply(params, batch), batch),
    batches: (_, from) => task.batch(from),
    optimizer,
    steps,
    key: forBatches,
    ...(clip === null ? {} : { clip }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.evaluateEvery === undefined ? {} : { evaluateEvery: options.evaluateEvery }),
    evaluate: measure,
  });
  const { params, step, history, end } = await finish(events, options.watch);
  const last = history.evaluations.at(-1);
  return {
    ...(last?.step === step ? last.value : measure(params)),
    task: task.name,
    model: model.name,
    baseline: task.baseline,
    solved: { what: task.success.what, chance: task.success.chance },
    parameters: flatten('trainTask', params).leaves.reduce((sum, leaf) => sum + leaf.size, 0),
    step,
    end,
    history,
    params,
  };
}

/**
 * A result in one line: the loss beside the baseline, the success beside chance.
 *
 * @example sayResult({ task: 'copy', model: 'lstm', loss: 0.01, success: 0.995, baseline: { value: 0.1733, what: 'guessing' }, solved: { what: 'symbols', chance: 0.125 } })   // copy · lstm: loss 0.01000, baseline 0.1733 (guessing); 99.5 % of symbols, by chance 12.5 %
 */
export function sayResult(
  result: Pick<TaskResult<unknown>, 'task' | 'model' | 'loss' | 'success' | 'baseline' | 'solved'>,
): string {
  const { task, model, loss, success, baseline, solved } = result;
  const chance = solved.chance === null ? '' : `, by chance ${percent(solved.chance)}`;
  return `${task} · ${model}: loss ${loss.toPrecision(4)}, baseline ${baseline.value.toPrecision(4)} (${baseline.what}); ${percent(success)} of ${solved.what}${chance}`;
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

import { key } from '@throughline/autograd';
import type { AnyCell } from '@throughline/rnn';
import { ArgumentError } from '@throughline/tensor';
import {
  type Baseline,
  cellModel,
  makeTask,
  type NamedTaskOptions,
  type Task,
  taskNames,
  trainTask,
} from '@throughline/train';
import { UsageError } from '../usage.ts';
import { clipAt } from './teach.ts';

/** What may be chosen. */
export interface TaskSettings {
  readonly steps: number;
  readonly hidden: number;
  readonly rate: number;
  readonly seed: number;
}

/** How often progress is told. */
const tellings = 10;

/** A task by its name. @throws UsageError for a name that is none, or sizes that do not fit the task. */
export function namedTask(name: string, sizes: NamedTaskOptions): Task {
  try {
    return makeTask(name, sizes);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new UsageError(`--task ${name}: ${error.message.replace(/^\w+: /, '')}`);
  }
}

/** The tasks, one per line, with what they cost to have learned nothing. */
export function listTasks(): string[] {
  const width = Math.max(...taskNames.map((name) => name.length));
  return taskNames.map((name) => {
    const { steps, baseline } = makeTask(name);
    return `${name.padEnd(width)}  ${String(steps).padStart(3)} steps · baseline ${say(baseline)}`;
  });
}

/** Trains a cell on a task; every result stands beside the baseline. Stops early at the signal. */
export async function teachTask(
  cell: AnyCell,
  task: Task,
  settings: TaskSettings,
  write: (line: string) => void,
  json: boolean,
  signal: AbortSignal,
): Promise<'done' | 'diverged' | 'aborted'> {
  const { steps, hidden, rate, seed } = settings;
  const { baseline, others, success } = task;
  const model = cellModel(task, cell, { H: hidden });
  const tell = (event: object, lines: readonly string[]): void => {
    if (json) write(JSON.stringify(event));
    else for (const line of lines) write(line);
  };
  const facts = { task: task.name, cell: cell.name, h: hidden, steps, rate, clip: clipAt, seed, length: task.steps };
  tell({ type: 'start', ...facts, baseline, others, success: { what: success.what, chance: success.chance } }, [
    `throughline train · ${task.name} · ${cell.name} · H ${hidden} · ${steps} steps · Adam ${rate} · clip ${clipAt} · seed ${seed}`,
    `task      ${describe(task)}`,
    `baseline  ${say(baseline)}`,
    ...others.map((other) => `          ${say(other)}`),
    `          ${task.loss === 'crossEntropy' ? 'nats per answer' : 'mean squared error'}, as all below`,
    ` step     train     fresh   ${success.what}`,
  ]);
  const losses: number[] = [];
  const result = await trainTask(task, model, {
    steps,
    rate,
    clip: clipAt,
    key: key(seed),
    evaluateEvery: Math.ceil(steps / tellings),
    signal,
    watch(event) {
      if (event.type === 'step') {
        losses.push(event.loss);
        if (json)
          write(JSON.stringify({ type: 'step', step: event.step, loss: event.loss, gradientNorm: event.gradientNorm }));
      } else if (event.type === 'evaluate') {
        const train = losses.reduce((a, b) => a + b, 0) / losses.length;
        losses.length = 0;
        const { loss, success: part } = event.value;
        const row = `${String(event.step).padStart(5)}  ${show(train)}  ${show(loss)}   ${percent(part)}`;
        tell({ type: 'evaluate', step: event.step, train, loss, success: part }, [row]);
      } else if (event.type === 'diverged') {
        tell({ type: 'diverged', step: event.step, message: event.message }, [
          `diverged  ${event.message} Try a smaller --rate.`,
        ]);
      }
    },
  });
  const { step, end, loss, parameters } = result;
  const lead = end === 'done' ? `after ${step} steps` : `stopped after ${step} of ${steps} steps`;
  const chance = success.chance === null ? '' : ` (by chance ${percent(success.chance)})`;
  tell({ type: 'result', end, step, loss, success: result.success, baseline: baseline.value, parameters }, [
    `result    ${lead}: ${loss.toPrecision(4)} on fresh sequences, baseline ${baseline.value.toPrecision(4)}; ${percent(result.success)} of ${success.what}${chance}; ${parameters} parameters`,
  ]);
  return end;
}

function describe({ steps, takes, outputs, answers, loss }: Task): string {
  const [count, thing] = 'symbols' in takes ? [takes.symbols, 'symbol'] : [takes.numbers, 'number'];
  const into = 'symbols' in takes ? `one of ${count} ${thing}s` : `${count} ${thing}${count === 1 ? '' : 's'}`;
  const answer = loss === 'crossEntropy' ? `one of ${outputs} classes` : `${outputs} number${outputs === 1 ? '' : 's'}`;
  return `${steps} step${steps === 1 ? '' : 's'} of ${into}; asked ${answers} for ${answer}`;
}

const say = ({ value, what }: Baseline): string => `${value.toPrecision(4)} (${what})`;
const show = (loss: number): string => loss.toPrecision(4).padStart(8);
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

import { createHash } from 'node:crypto';
import { defineCommand } from 'citty';
import { makeLesson, promptFor } from '../train/lesson.ts';
import { ownText } from '../train/own-text.ts';
import { saver } from '../train/save.ts';
import { listTasks, namedTask, teachTask } from '../train/task.ts';
import { clipAt, teach } from '../train/teach.ts';
import { barTeller, type Facts, jsonTeller, lineTeller } from '../train/tellers.ts';
import { readText } from '../train/text.ts';
import { integerOption, numberOption, UsageError } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';

const exitCodes = { done: 0, diverged: 1, aborted: 130 };

export default defineCommand({
  args: {
    text: { type: 'string', description: 'A text file in UTF-8 (default: what ships in our own packages)' },
    task: { type: 'string', description: 'A task instead of a text, by its name; help lists them' },
    cell: { type: 'string', description: 'rnn, lstm, gru, or a file whose default export is a cell', default: 'lstm' },
    steps: { type: 'string', description: 'Updates to make', default: '400' },
    h: { type: 'string', description: 'Hidden units', default: '48' },
    batch: { type: 'string', description: 'Sequences side by side (default: 8 of a text, 32 of a task)' },
    t: { type: 'string', description: 'Characters per sequence (default: 24), or the length of a task (its own)' },
    rate: { type: 'string', description: 'Learning rate of Adam', default: '0.02' },
    seed: { type: 'string', description: 'Seed of parameters, batches and samples', default: '7' },
    sample: { type: 'string', description: 'Characters to write at the end', default: '300' },
    prompt: { type: 'string', description: 'What they go on from (default: how the text begins)' },
    save: { type: 'string', description: 'A .safetensors file to keep what was learned in: for check --weights' },
    json: { type: 'boolean', description: 'One line of JSON per event' },
  },
  async run({ args }) {
    if (args._.length > 0) throw new UsageError(`train: does not take ${args._.join(' ')}. A text goes after --text.`);
    if (args.task !== undefined) return trainOnTask(args.task, args);
    const t = integerOption('t', args.t ?? '24', 1, 100_000);
    const batch = integerOption('batch', args.batch ?? '8', 1, 100_000);
    const hidden = integerOption('h', args.h, 1, 100_000);
    const steps = integerOption('steps', args.steps, 1, 1_000_000_000);
    const rate = numberOption('rate', args.rate, 0, 10);
    const seed = integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
    const sample = integerOption('sample', args.sample, 0, 1_000_000);
    const text = args.text === undefined ? ownText() : readText(args.text);
    const cell = await loadCell(args.cell);
    const lesson = makeLesson(text, t, batch);
    const prompt = promptFor(lesson.task, args.prompt, text.content);

    const { characters, uniformBits, unigramBits } = lesson;
    const sha256 = createHash('sha256').update(text.content).digest('hex');
    const shape = { h: hidden, batch, t, steps, rate, clip: clipAt };
    const facts: Facts = {
      cell: cell.name,
      text: text.name,
      characters,
      sha256,
      seed,
      ...shape,
      uniformBits,
      unigramBits,
    };
    const write = (line: string): void => console.log(line);
    const teller =
      args.json === true
        ? jsonTeller(facts, write)
        : process.stdout.isTTY
          ? barTeller(facts, write, process.stdout)
          : lineTeller(facts, write);
    const sources = [args.text, args.cell].filter((source) => source !== undefined);
    const save = saver(args.save, { cell: args.cell, sha256, vocabulary: lesson.task.vocabulary, sources });
    const settings = { steps, hidden, rate, seed, sample, prompt, save };
    try {
      return exitCodes[
        await untilStopped((signal) => teach(cell, lesson, settings, (told) => teller.tell(told), signal))
      ];
    } finally {
      teller.close();
    }
  },
});

/** What `--task` takes of the options. */
interface TaskArguments {
  readonly text?: string | undefined;
  readonly prompt?: string | undefined;
  readonly save?: string | undefined;
  readonly cell: string;
  readonly steps: string;
  readonly h: string;
  readonly batch?: string | undefined;
  readonly t?: string | undefined;
  readonly rate: string;
  readonly seed: string;
  readonly json?: boolean | undefined;
}

async function trainOnTask(name: string, args: TaskArguments): Promise<number> {
  const write = (line: string): void => console.log(line);
  if (name === 'help') {
    for (const line of listTasks()) write(line);
    return 0;
  }
  const textual = (['text', 'prompt', 'save'] as const).find((option) => args[option] !== undefined);
  if (textual !== undefined) throw new UsageError(`--task and --${textual} do not go together. Leave one of them out.`);
  const sizes = {
    ...(args.t === undefined ? {} : { T: integerOption('t', args.t, 1, 100_000) }),
    ...(args.batch === undefined ? {} : { batch: integerOption('batch', args.batch, 1, 100_000) }),
  };
  const settings = {
    steps: integerOption('steps', args.steps, 1, 1_000_000_000),
    hidden: integerOption('h', args.h, 1, 100_000),
    rate: numberOption('rate', args.rate, 0, 10),
    seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
  };
  const task = namedTask(name, sizes);
  const cell = await loadCell(args.cell);
  return exitCodes[await untilStopped((signal) => teachTask(cell, task, settings, write, args.json === true, signal))];
}

/** Does something that Ctrl-C stops: the first one by the signal, a second one at once. */
async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop);
  }
}

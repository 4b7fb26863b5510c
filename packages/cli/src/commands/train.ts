import { createHash } from 'node:crypto';
import { defineCommand } from 'citty';
import { makeLesson, promptFor } from '../train/lesson.ts';
import { ownText } from '../train/own-text.ts';
import { saver } from '../train/save.ts';
import { clipAt, teach } from '../train/teach.ts';
import { barTeller, type Facts, jsonTeller, lineTeller } from '../train/tellers.ts';
import { readText } from '../train/text.ts';
import { integerOption, numberOption, UsageError } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';

const exitCodes = { done: 0, diverged: 1, aborted: 130 };

export default defineCommand({
  meta: { name: 'train', description: 'Train a character model on a text, and let it write.' },
  args: {
    text: { type: 'string', description: 'A text file in UTF-8 (default: what ships in our own packages)' },
    cell: { type: 'string', description: 'rnn, lstm, gru, or a file whose default export is a cell', default: 'lstm' },
    steps: { type: 'string', description: 'Updates to make', default: '400' },
    h: { type: 'string', description: 'Hidden units', default: '48' },
    batch: { type: 'string', description: 'Sequences side by side', default: '8' },
    t: { type: 'string', description: 'Characters per sequence', default: '24' },
    rate: { type: 'string', description: 'Learning rate of Adam', default: '0.02' },
    seed: { type: 'string', description: 'Seed of parameters, batches and samples', default: '7' },
    sample: { type: 'string', description: 'Characters to write at the end', default: '300' },
    prompt: { type: 'string', description: 'What they go on from (default: how the text begins)' },
    save: { type: 'string', description: 'A .safetensors file to keep what was learned in: for check --weights' },
    json: { type: 'boolean', description: 'One line of JSON per event' },
  },
  async run({ args }) {
    if (args._.length > 0) throw new UsageError(`train: does not take ${args._.join(' ')}. A text goes after --text.`);
    const t = integerOption('t', args.t, 1, 100_000);
    const batch = integerOption('batch', args.batch, 1, 100_000);
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
    const save = saver(args.save, { cell: args.cell, sha256, vocabulary: lesson.task.vocabulary });
    const settings = { steps, hidden, rate, seed, sample, prompt, save };
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    process.once('SIGINT', stop); // once: a second Ctrl-C ends it at once
    try {
      return exitCodes[await teach(cell, lesson, settings, (told) => teller.tell(told), stopping.signal)];
    } finally {
      process.off('SIGINT', stop);
      teller.close();
    }
  },
});

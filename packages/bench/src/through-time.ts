import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import type { Schedule } from 'throughline';
import { type Benchmark, type Result, timed } from './benchmark.ts';
import { summarize } from './measure.ts';
import { predict, type ThroughTimeCase } from './through-time-case.ts';

const lengths = [
  [1e3, 9],
  [1e4, 5],
  [1e5, 3],
  [1e6, 1],
] as const;
/** With how they are called in rows and figures. */
export const schedules: readonly (readonly [string, Schedule])[] = [
  ['store-all', 'all'],
  ['every 1000', { every: 1000 }],
  ['sqrt', 'sqrt'],
  ['20 snapshots', { snapshots: 20 }],
];

const run = promisify(execFile);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** One gradient in a fresh process, so that its peak is its own. */
async function inProcess(T: number, schedule: Schedule, repetitions: number): Promise<ThroughTimeCase> {
  const source = ['--conditions=@throughline/source', '--import', here('../../../scripts/source.mjs')];
  const args = [...source, here('./through-time-case.ts'), String(T), JSON.stringify(schedule), String(repetitions)];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as ThroughTimeCase; // written by it
}

const megabytes = (what: string, who: string, bytes: number): Result => {
  const value = bytes / 2 ** 20;
  return { what, who, unit: 'MB', median: value, best: value, repetitions: 1 };
};

/** Whether the gradient of a long loop costs time that grows with T per step, and how much memory. */
export const throughTime: Benchmark = {
  name: 'through-time',
  question: 'What does the gradient of a loop cost per step, in time and memory, from a thousand steps to a million?',
  caveats:
    'An Elman cell of 4 units on one sequence, eager; processor time of all threads, those of the collector among them; each case in a process of its own, whose peak resident size includes Node and the library (some 80 to 100 MB) and what the collector leaves lying about. A lie if the loss did not depend on every step: it is the sum of all squared states. Cases that the heap could not hold are predicted and not run.',
  async *run() {
    for (const [name, schedule] of schedules) {
      for (const [T, repetitions] of lengths) {
        const what = `${name}, T = ${T.toLocaleString('en')}`;
        const predicted = predict(T, schedule);
        yield megabytes(what, 'predicted, beside Node', predicted);
        if (predicted > 0.8 * getHeapStatistics().heap_size_limit) continue;
        const { times, baseBytes, peakBytes } = await inProcess(T, schedule, 1);
        const more = repetitions === 1 ? { times } : await inProcess(T, schedule, repetitions);
        yield timed(what, 'throughline', 'µs/step', summarize(more.times), 1e6 / T);
        yield megabytes(what, 'peak resident size', peakBytes);
        yield megabytes(what, 'of that, before the loop', baseBytes);
      }
    }
  },
};

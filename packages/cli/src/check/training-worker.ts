// One of the two workers that train while the other sections are measured. It loads the cells by itself: functions do not
// travel between threads.
import { parentPort, workerData } from 'node:worker_threads';
import { applyChange, type Change, describeChange } from './changes.ts';
import type { LearningRun } from './facts.ts';
import { loadSubjects } from './load.ts';
import type { CheckOptions } from './options.ts';
import { findVariant } from './subjects.ts';
import { trainOne } from './training.ts';

/** What is to be trained. */
export interface Job {
  readonly id: number;
  readonly cell: string;
  readonly label: string;
  readonly change: Change | null;
}

/** What a worker says. */
export type Report =
  | { readonly type: 'progress'; readonly id: number; readonly update: number; readonly loss: number }
  | { readonly type: 'done'; readonly id: number; readonly run: LearningRun }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

const options = workerData as CheckOptions; // what the pool passes
const port = parentPort;
const subjects = loadSubjects(options);
// A failure to load is reported by the job that needs it.
subjects.catch(() => undefined);

async function work({ id, cell, label, change }: Job): Promise<Report> {
  try {
    const { subject, variant } = findVariant(await subjects, cell, label);
    const changed = change === null ? variant.cell : applyChange(variant.cell, change, options.steps);
    const name = change === null ? label : describeChange(change, options.steps);
    const trainee = { name: cell, label: name, cell: changed, hidden: subject.hidden };
    const run = await trainOne(trainee, options, (update, loss) => {
      if (update % 10 === 0) port?.postMessage({ type: 'progress', id, update, loss } satisfies Report);
    });
    return { type: 'done', id, run };
  } catch (error) {
    return { type: 'failed', id, message: error instanceof Error ? error.message : String(error) };
  }
}

port?.on('message', async (job: Job) => {
  port.postMessage(await work(job));
});

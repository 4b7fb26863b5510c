import { Worker } from 'node:worker_threads';
import { CheckError } from './errors.ts';
import type { LearningRun } from './facts.ts';
import type { CheckOptions } from './options.ts';
import type { Job, Report } from './training-worker.ts';

/** A training that waits or runs. */
interface Task {
  readonly job: Job;
  readonly progress: (update: number, loss: number) => void;
  readonly resolve: (run: LearningRun) => void;
  readonly reject: (error: Error) => void;
}

const unbuilt = import.meta.url.endsWith('.ts');
/** Sources run unbuilt in the workspace alone, by its loader. */
const sourceFlags = [
  '--conditions=@throughline/source',
  '--import',
  new URL('../../../../scripts/source.mjs', import.meta.url).href,
];

/** Trains in threads of its own, first come, first served. Whatever ends a thread ends its training with an error. */
export class TrainingPool {
  readonly #waiting: Task[] = [];
  readonly #running = new Map<Worker, Task | null>();
  #next = 0;

  constructor(options: CheckOptions, threads = 2) {
    for (let i = 0; i < threads; i++) this.#start(options);
  }

  /** Queues a training. @throws CheckError when it fails, or its thread does. */
  run(job: Omit<Job, 'id'>, progress: Task['progress'] = () => undefined): Promise<LearningRun> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job: { ...job, id: this.#next++ }, progress, resolve, reject });
      this.#assign();
    });
  }

  /** Ends all threads at once; what still ran is never heard of again. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    const workers = [...this.#running.keys()];
    this.#running.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #start(options: CheckOptions): void {
    const worker = new Worker(new URL(`./training-worker.${unbuilt ? 'ts' : 'js'}`, import.meta.url), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: 64 }, // tapes die young: fewer collections
      ...(unbuilt ? { execArgv: sourceFlags } : {}),
    });
    this.#running.set(worker, null);
    worker.on('message', (report: Report) => this.#hear(worker, report));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', (code) => this.#lose(worker, `its thread ended with code ${code}`));
  }

  #assign(): void {
    for (const [worker, task] of this.#running) {
      if (task !== null) continue;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running.set(worker, next);
      worker.postMessage(next.job);
    }
    if (this.#running.size > 0) return;
    for (const { job, reject } of this.#waiting.splice(0)) reject(failure(job, 'no thread is left to train it'));
  }

  #hear(worker: Worker, report: Report): void {
    const task = this.#running.get(worker);
    if (task === null || task === undefined || task.job.id !== report.id) return;
    if (report.type === 'progress') {
      task.progress(report.update, report.loss);
      return;
    }
    this.#running.set(worker, null);
    if (report.type === 'done') task.resolve(report.run);
    else task.reject(failure(task.job, report.message));
    this.#assign();
  }

  #lose(worker: Worker, why: string): void {
    const task = this.#running.get(worker);
    if (!this.#running.delete(worker)) return;
    task?.reject(failure(task.job, why));
    this.#assign();
  }
}

const failure = ({ cell, label }: Job, why: string): CheckError => new CheckError(`training ${cell} ${label}: ${why}`);

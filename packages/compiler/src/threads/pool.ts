/** @file The workers that share the work of compiled programs, and how they are started and stopped. */
import { firstMessage, newControl, receivedWord, words } from './control.ts';
import { type Address, spawn, type Thread } from './spawn.ts';

/** Workers could not be started, or one of them has died. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError';
}

/** Workers that wait for work. */
export interface Pool {
  readonly control: Int32Array;
  /** Together with the calling one. */
  readonly threads: number;
  /** Set while a run goes on, so that another inside it keeps to one thread. */
  busy: boolean;
  /** Sends a message to every worker, as long as there are any; the number it has. */
  send(message: unknown): number;
  /** Whether all workers have followed message number `sent`; undefined when one has failed. */
  hasFollowed(sent: number): boolean | undefined;
  /** Gives the workers up because of this. */
  lose(error: Error): void;
}

/** How workers are to be started. */
export interface StartOptions {
  /** Where `@throughline/compiler/worker` is served, for bundlers that leave `new URL('./worker.js', import.meta.url)` alone. */
  readonly worker?: Address;
}

let pool: Pool | undefined;
let threads: Thread[] = [];
let lost: Error | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** The running workers, if any. Once after a loss, it says so. */
export function currentPool(): Pool | undefined {
  if (lost !== undefined) {
    // biome-ignore lint/suspicious/noConsole: the one line that is promised when calls go on with one thread
    console.warn(`throughline: ${lost.message} Compiled functions run on one thread now.`);
    lost = undefined;
  }
  return pool;
}

/** How many threads compiled functions run on, the calling one included. @example threadCount()   // 1 */
export const threadCount = (): number => pool?.threads ?? 1;

/** Whether memory can be shared between threads here. */
export const canShare = (): boolean =>
  typeof SharedArrayBuffer === 'function' &&
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false; // Node has no such name

/** What `startThreads` does with a count that is one. */
export const start = (count: number, options: StartOptions): Promise<void> => enqueue(() => startAll(count, options));

/** Ends the workers that `startThreads` has started. @example await stopThreads()   // threadCount() is 1 */
export const stopThreads = (): Promise<void> => enqueue(stop);

function enqueue(job: () => Promise<void>): Promise<void> {
  const next = queue.then(job);
  queue = next.catch(() => undefined);
  return next;
}

async function startAll(count: number, { worker }: StartOptions): Promise<void> {
  if (count === threadCount()) return;
  if (count > 1 && !canShare()) {
    throw new ThreadError(
      'startThreads: this page has no shared memory. Serve it with the headers ' +
        '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp".',
    );
  }
  await stop();
  if (count === 1) return;
  const control = newControl(count - 1);
  try {
    await Promise.all(Array.from({ length: count - 1 }, (_, at) => startOne(worker, control, at + 1)));
  } catch (error) {
    await endAll();
    const reason = error instanceof Error ? error.message : String(error);
    throw new ThreadError(`startThreads: a worker could not be started: ${reason}`, { cause: error });
  }
  for (const thread of threads) thread.unref();
  lost = undefined;
  pool = makePool(control, threads);
}

function startOne(url: Address | undefined, control: Int32Array, thread: number): Promise<void> {
  return new Promise((ready, reject) => {
    const failed = (error: Error): void => {
      reject(error);
      if (pool?.control === control) pool.lose(new ThreadError(`a worker has ended: ${error.message}.`));
    };
    const timer = setTimeout(failed, 20_000, new Error('it did not answer for 20 s'));
    const settle = (): void => {
      clearTimeout(timer);
      ready();
    };
    const worker = spawn(url, { ready: settle, failed });
    threads.push(worker);
    worker.post(firstMessage(control, thread));
  });
}

function makePool(control: Int32Array, workers: readonly Thread[]): Pool {
  const send = (message: unknown): number => {
    if (pool?.control !== control) return 0;
    // Counted before it is sent: a worker that has received all goes to the bell, and would not come back for it.
    const sent = Atomics.add(control, words.sent, 1) + 1;
    for (const worker of workers) worker.post(message);
    ring(control);
    return sent;
  };
  const hasFollowed = (sent: number): boolean | undefined => {
    const received = workers.map((_, at) => Atomics.load(control, receivedWord(at + 1)));
    return received.includes(-1) ? undefined : received.every((count) => count >= sent);
  };
  const lose = (error: Error): void => {
    if (pool?.control !== control) return;
    Atomics.store(control, words.abort, 1);
    lost = error;
    void endAll();
  };
  return { control, threads: workers.length + 1, busy: false, send, hasFollowed, lose };
}

/** Wakes workers that sleep. */
export function ring(control: Int32Array): void {
  Atomics.add(control, words.bell, 1);
  Atomics.notify(control, words.bell);
}

const stop = (): Promise<void> => endAll();

async function endAll(): Promise<void> {
  const ending = threads;
  pool = undefined;
  threads = [];
  await Promise.all(ending.map((thread) => thread.end()));
}

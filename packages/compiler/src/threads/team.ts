/** @file One compiled program on all threads. */
import { barrierAddress } from './barrier.ts';
import { reasonOf, words } from './control.ts';
import { currentPool, type Pool, ring, ThreadError } from './pool.ts';

/** A program that the threads run together. */
export interface Team {
  /**
   * Runs the program once. `own` is the calling thread's part, `exports.run(0, threads)`; workers call `exports.run(k, threads)`.
   * Throws what `own` throws, and when a worker has stopped (its status is in memory then) or died. A `ThreadError` means
   * that a worker may still write: leave instance and memory behind.
   */
  run(own: (threads: number) => void): void;
}

/** Milliseconds without an answer after which a worker is taken for dead, over what the calling thread has needed itself. */
const patience = 5000;
const unanswered = `a worker did not answer for ${patience / 1000} s.`;
/** Of the time between two looks this much counts: a process that was stopped, or got no processor, has not waited. */
const glance = 20;
/** Milliseconds of spinning before a thread sleeps: longer than waking takes, or all would only wake each other. */
const doze = 0.1;
/** Milliseconds that the first run waits for workers to be ready for a program. */
const settling = 200;

interface Run {
  readonly pool: Pool;
  readonly began: number;
  /** Arrivals at barriers, in the program's memory. */
  readonly arrivals: Int32Array;
  /** The last change of what is waited for, since when it has stayed, when it was last looked at, and how long waited for. */
  progress: number;
  since: number;
  looked: number;
  waited: number;
}
let running: Run | undefined;
let programs = 0;
let maySleep = true;

const forget = new FinalizationRegistry<() => void>((drop) => drop());
const gaveUp = new Error('the run was given up');

/**
 * Called by a program while its first thread waits for others: `env.stalled` of the calling thread's instance.
 * Throws when a worker has stopped or died.
 */
export function stalled(goal: number): void {
  if (running === undefined) return;
  const { pool, arrivals } = running;
  if (Atomics.load(pool.control, words.abort) !== 0) throw gaveUp;
  const seen = Atomics.load(arrivals, 0);
  watch(running, seen);
  if (((seen - goal) | 0) >= 0) return;
  Atomics.add(arrivals, 1, 1);
  sleep(running, arrivals, 0, seen);
  Atomics.sub(arrivals, 1, 1);
}

/** Throws when nothing has changed for too long: a thread may take as long as the calling one has, and `patience`. */
function watch(run: Run, progress: number): void {
  const now = performance.now();
  if (progress !== run.progress) Object.assign(run, { progress, since: now, waited: 0 });
  else run.waited += Math.min(now - run.looked, glance);
  run.looked = now;
  if (run.waited > patience + (run.since - run.began)) throw lose(run.pool, unanswered);
}

/** Sleeps until the word changes, if it has not for a while, where this thread may sleep: not in a page. */
function sleep(run: Run, list: Int32Array, word: number, value: number): void {
  if (!maySleep || performance.now() - run.since < doze) return;
  try {
    Atomics.wait(list, word, value, 5);
  } catch {
    maySleep = false;
  }
}

function lose(pool: Pool, message: string): ThreadError {
  const error = new ThreadError(message);
  pool.lose(error);
  return error;
}

/**
 * Makes a program ready to run on as many threads as there are, now and after every `startThreads`. The module exports
 * `run(thread, threads)`, and all of its instances share `memory`; it has no start function and no active data. Workers drop
 * the program when the team is collected. At most `most` threads take part.
 */
export function attach(module: WebAssembly.Module, memory: WebAssembly.Memory, most = Infinity): Team {
  const program = ++programs;
  const isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  const arrivals = isShared ? new Int32Array(memory.buffer, barrierAddress, 2) : undefined;
  // Of the pool that the program was sent to last; not of the team, which has to be collectable.
  const sent: { pool?: Pool; number: number; at: number } = { number: 0, at: 0 };

  /** The pool, if all its workers are ready for the program. */
  const ready = (): Pool | undefined => {
    const pool = currentPool();
    if (pool === undefined || pool.busy || most < 2) return undefined;
    if (sent.pool !== pool)
      Object.assign(sent, { pool, number: pool.send({ program, module, memory, arrivals }), at: performance.now() });
    const began = performance.now();
    for (;;) {
      const followed = pool.hasFollowed(sent.number);
      if (followed === true) return pool;
      const now = performance.now();
      const late = now - sent.at > patience;
      if (followed === undefined) lose(pool, 'a worker could not load a compiled function.');
      else if (now - (late ? began : sent.at) < settling) continue;
      else if (late) lose(pool, unanswered);
      return undefined;
    }
  };
  const run = (own: (threads: number) => void): void => {
    const pool = arrivals && ready();
    if (arrivals && pool) together(pool, program, arrivals, Math.min(pool.threads, most), own);
    else own(1);
  };
  const team: Team = { run };
  const pages = memory.buffer.byteLength / 65536;
  forget.register(team, () => void sent.pool?.send({ drop: program, pages }));
  return team;
}

function together(
  pool: Pool,
  program: number,
  arrivals: Int32Array,
  threads: number,
  own: (threads: number) => void,
): void {
  const { control } = pool;
  arrivals.fill(0);
  for (const word of [words.done, words.abort, words.reason]) Atomics.store(control, word, 0);
  Atomics.store(control, words.program, program);
  Atomics.store(control, words.threads, threads);
  Atomics.add(control, words.runs, 1);
  const began = performance.now();
  const run = { pool, began, arrivals, progress: -1, since: began, looked: began, waited: 0 };
  running = run;
  pool.busy = true;
  ring(control);
  try {
    own(threads);
    finish(run);
  } catch (error) {
    if (error instanceof ThreadError) throw error;
    Atomics.compareExchange(control, words.abort, 0, -1);
    finish(run);
    if (error !== gaveUp) throw error;
  } finally {
    pool.busy = false;
    running = undefined;
  }
  if (Atomics.load(control, words.abort) !== 0) throw new Error(`a worker has stopped: ${reasonOf(control)}`);
}

/** Waits until no worker runs the program any more: a page's main thread must not sleep. */
function finish(run: Run): void {
  const { control, threads } = run.pool;
  run.progress = -1;
  for (let rounds = 1; ; rounds++) {
    const done = Atomics.load(control, words.done);
    if (done === threads - 1) return;
    if ((rounds & 255) !== 0) continue;
    watch(run, done);
    sleep(run, control, words.done, done);
  }
}

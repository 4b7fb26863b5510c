/** @file The words of shared memory by which the calling thread and its workers talk. worker.js gets them in its first message. */

/** Indices of int32; what different threads write is a cache line (16 words) apart. */
export const words = {
  /** Changes whenever there is something to do: workers sleep on it. */
  bell: 0,
  /** Messages sent to every worker so far. */
  sent: 1,
  /** Runs so far; what the last one is of, and on how many threads. */
  runs: 2,
  program: 3,
  threads: 4,
  /** Workers that are through with the last run. */
  done: 16,
  /** Not 0 when all threads have to leave the run. */
  abort: 32,
  /** Length and UTF-16 units of what a worker says about it. */
  reason: 48,
  /** One per worker: messages received so far, or −1 when one could not be followed. */
  received: 256,
} as const;

const reasonLength = words.received - words.reason - 1;

/** What a worker gets first. */
export interface FirstMessage {
  readonly control: Int32Array;
  readonly words: typeof words;
  readonly reasonLength: number;
  /** From 1. */
  readonly thread: number;
}

/** What every worker gets afterwards: a program to be ready for, or the number of one that is gone, and how large its memory was. */
export type Message =
  | {
      readonly program: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      /** Of that memory: how many have arrived at barriers, and how many of them sleep. */
      readonly arrivals: Int32Array;
    }
  | { readonly drop: number; readonly pages: number };

export const newControl = (workers: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(4 * (words.received + 16 * (workers + 1))));

export const firstMessage = (control: Int32Array, thread: number): FirstMessage => ({
  control,
  words,
  reasonLength,
  thread,
});

/** Where worker `thread` counts the messages it has received. */
export const receivedWord = (thread: number): number => words.received + 16 * thread;

/** What the worker said that stopped a run. */
export function reasonOf(control: Int32Array): string {
  const units = control.subarray(words.reason + 1, words.reason + 1 + (control[words.reason] ?? 0));
  return String.fromCharCode(...units);
}

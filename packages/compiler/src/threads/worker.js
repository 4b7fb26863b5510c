// One worker of the pool. Plain JavaScript in one file: Node and pages start it from src, from dist, or from a copy beside a
// bundle. It sleeps on the bell, leaves for its messages when some were sent, and runs its part of a program when told.

/** @import { FirstMessage, Message } from './control.ts' */

// Node's workers have a port where those of pages have their global scope.
/** @type {{ onmessage: ((event: { data: any }) => void) | null, postMessage(message: unknown): void }} */
const port =
  /** @type {any} */ (globalThis).process?.getBuiltinModule?.('node:worker_threads')?.parentPort ?? globalThis;

/** Milliseconds that a worker spins before it sleeps: between runs, and in one. Waking it takes up to a tenth. */
const vigil = 0.5;
const doze = 0.1;

/** @type {Map<number, (thread: number, threads: number) => void>} */
const programs = new Map();
let received = 0;
let runs = 0;

port.onmessage = ({ data }) => begin(data);

/**
 * Engines collect when what they count has grown, and do not count shared memory: as much that is not shared, and that nobody
 * touches, stands for what was dropped.
 * @param {number} pages
 */
function collectSoon(pages) {
  try {
    new WebAssembly.Memory({ initial: pages });
  } catch {
    // where there is none left, the engine has just collected
  }
}

/** @param {FirstMessage} first */
function begin(first) {
  const { control, words, reasonLength, thread } = first;
  const at = words.received + 16 * thread;

  /** @param {unknown} error */
  const abort = (error) => {
    const text = String(error).slice(0, reasonLength);
    if (Atomics.compareExchange(control, words.abort, 0, -1) !== 0) return;
    for (let i = 0; i < text.length; i++) control[words.reason + 1 + i] = text.charCodeAt(i);
    control[words.reason] = text.length;
    Atomics.store(control, words.abort, thread);
  };

  // Called by a program that waits for other threads until `goal` have arrived. Long waits are slept through.
  /** @param {Int32Array} arrivals */
  const stalledIn = (arrivals) => {
    let [last, since] = [0, 0];
    return (/** @type {number} */ goal) => {
      if (Atomics.load(control, words.abort) !== 0) throw new Error('the run was given up');
      const now = performance.now();
      if (goal !== last) [last, since] = [goal, now];
      const seen = Atomics.load(arrivals, 0);
      if (now - since < doze || ((seen - goal) | 0) >= 0) return;
      Atomics.add(arrivals, 1, 1);
      Atomics.wait(arrivals, 0, seen, 5);
      Atomics.sub(arrivals, 1, 1);
    };
  };

  /** @param {Message} message */
  const follow = (message) => {
    if ('drop' in message) {
      programs.delete(message.drop);
      return collectSoon(message.pages);
    }
    const { program, module, memory, arrivals } = message;
    /** @type {Record<string, unknown>} */
    const env = { memory };
    for (const { name, kind } of WebAssembly.Module.imports(module)) {
      if (kind === 'function')
        env[name] = name === 'stalled' ? stalledIn(arrivals) : () => abort(`only the first thread calls ${name}`);
    }
    const { exports } = new WebAssembly.Instance(module, /** @type {any} */ ({ env }));
    return programs.set(program, /** @type {any} */ (exports.run));
  };

  const work = () => {
    const threads = control[words.threads] ?? 0;
    try {
      const run = programs.get(control[words.program] ?? 0);
      if (run === undefined) throw new Error('unknown program');
      if (thread < threads) run(thread, threads);
    } catch (error) {
      abort(error);
    }
    Atomics.add(control, words.done, 1);
    Atomics.notify(control, words.done);
  };

  /** Until a message was sent. */
  const listen = () => {
    for (;;) {
      const bell = Atomics.load(control, words.bell);
      if (Atomics.load(control, words.sent) !== received) return;
      if (Atomics.load(control, words.runs) !== runs) {
        runs = Atomics.load(control, words.runs);
        work();
        continue;
      }
      const end = performance.now() + vigil;
      let rounds = 0;
      while (Atomics.load(control, words.bell) === bell) {
        if ((++rounds & 255) === 0 && performance.now() > end) Atomics.wait(control, words.bell, bell);
      }
    }
  };

  port.onmessage = ({ data }) => {
    try {
      follow(data);
      received++;
      Atomics.store(control, at, received);
      Atomics.notify(control, at);
    } catch (error) {
      Atomics.store(control, at, -1);
      throw error;
    }
    listen();
  };
  port.postMessage('ready');
  // Anything sent before is on its way as a message; the first one brings the worker to the bell.
}

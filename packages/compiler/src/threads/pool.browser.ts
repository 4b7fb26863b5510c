import { ringModule, ringResult } from '../testing/ring.ts';
import { barrierBytes } from './barrier.ts';
import { startThreads, stopThreads } from './index.ts';
import { attach, stalled } from './team.ts';

/** Workers in a page: a program that needs every barrier, on one to three threads; and one whose worker never comes back. */
export default async function pool(): Promise<void> {
  if (!crossOriginIsolated) throw new Error('the page is not isolated');
  for (const threads of [1, 2, 3]) {
    await startThreads(threads);
    const ring = makeRing(501, false);
    for (let i = 0; i < 5; i++) {
      const [got, want] = [ring(), ringResult(501, threads)];
      if (`${got}` !== `${want}`) throw new Error(`${threads} threads: ${got}, expected ${want}`);
    }
  }
  await startThreads(2);
  const began = performance.now();
  const message = messageOf(makeRing(50, true));
  if (message !== 'a worker did not answer for 5 s.') throw new Error(`a worker that hangs: ${message}`);
  if (performance.now() - began > 20_000) throw new Error('a worker that hangs was noticed late');
  if (`${makeRing(50, false)()}` !== `${ringResult(50, 1)}`) throw new Error('after a loss');
  await startThreads(2);
  if (`${makeRing(50, false)()}` !== `${ringResult(50, 2)}`) throw new Error('after a new start');
  await stopThreads();
}

function messageOf(run: () => unknown): string {
  try {
    return `no error, ${run()}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function makeRing(rounds: number, hangs: boolean): () => number[] {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
  const module = new WebAssembly.Module(ringModule(rounds, 1, hangs ? { forever: { thread: 1, round: 7 } } : {}));
  const { exports } = new WebAssembly.Instance(module, { env: { memory, stalled } });
  const run = exports.run as (thread: number, threads: number) => void; // as ringModule exports it
  const team = attach(module, memory);
  return () => {
    const cells = new Int32Array(memory.buffer, barrierBytes).fill(0);
    let ran = 0;
    team.run((threads) => {
      ran = threads;
      run(0, threads);
    });
    return [...cells.subarray((rounds % 2) * ran, (rounds % 2) * ran + ran)];
  };
}

import { afterAll, describe, expect, test } from 'vitest';
import { ringModule, ringResult } from '../testing/ring.ts';
import { barrierBytes } from './barrier.ts';
import { startThreads, stopThreads, threadCount } from './index.ts';
import { attach, stalled } from './team.ts';

afterAll(stopThreads);

/** A ring that can be run: how many threads it ran on, and its cells, by thread. */
function makeRing(rounds: number, cells: number, options?: Parameters<typeof ringModule>[2]) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
  const module = new WebAssembly.Module(ringModule(rounds, cells, options));
  const instance = new WebAssembly.Instance(module, { env: { memory, stalled } });
  const run = instance.exports.run as (thread: number, threads: number) => void;
  const team = attach(module, memory);
  return () => {
    const view = new Int32Array(memory.buffer, barrierBytes);
    view.fill(0);
    let ran = 0;
    team.run((threads) => {
      ran = threads;
      run(0, threads);
    });
    const first = (rounds % 2) * ran * cells;
    return Array.from({ length: ran }, (_, k) => [...view.subarray(first + k * cells, first + (k + 1) * cells)]);
  };
}
const expected = (rounds: number, cells: number, threads: number) =>
  ringResult(rounds, threads).map((value) => Array.from({ length: cells }, () => value));

describe('a program that needs every barrier', () => {
  test('one thread, before any is started', () => {
    expect(makeRing(7, 3)()).toEqual(expected(7, 3, 1));
  });

  test.each([2, 3, 5])('%d threads', async (threads) => {
    await startThreads(threads);
    expect(threadCount()).toBe(threads);
    const ring = makeRing(501, 17);
    for (let i = 0; i < 20; i++) expect(ring()).toEqual(expected(501, 17, threads));
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import workers from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { ringModule, ringResult } from '../testing/ring.ts';
import { barrierBytes } from './barrier.ts';
import { words } from './control.ts';
import { currentPool, stopThreads, ThreadError, threadCount } from './pool.ts';
import { startThreads } from './start.ts';
import { attach, stalled, type Team } from './team.ts';

const started: workers.Worker[] = [];
const { Worker } = workers;
let warn: MockInstance;
beforeEach(() => {
  started.length = 0;
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  workers.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  };
});
afterEach(async () => {
  await stopThreads();
  workers.Worker = Worker;
  vi.restoreAllMocks();
});

const notices = (): unknown[][] => warn.mock.calls;

/** A ring of one cell: what it computes, by thread, and on how many. */
function makeRing(rounds: number, options?: Parameters<typeof ringModule>[2]) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
  const module = new WebAssembly.Module(ringModule(rounds, 1, options));
  const run = new WebAssembly.Instance(module, { env: { memory, stalled } }).exports.run as (
    k: number,
    n: number,
  ) => void;
  const team: Team = attach(module, memory);
  return (during: () => void = () => {}): number[] => {
    const cells = new Int32Array(memory.buffer, barrierBytes);
    cells.fill(0);
    let ran = 0;
    team.run((threads) => {
      ran = threads;
      during();
      run(0, threads);
    });
    return [...cells.subarray((rounds % 2) * ran, (rounds % 2) * ran + ran)];
  };
}

describe('startThreads', () => {
  const text = (given: string): string =>
    `startThreads: ${given} is not a number of threads. Give an integer from 1 to 1024; the calling thread counts.`;
  test.each([
    [0, '0'],
    [1.5, '1.5'],
    [-2, '-2'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['2', 'string "2"'],
    [undefined, 'undefined undefined'],
  ])('refuses %s', async (count, given) => {
    await expect(startThreads(count as number)).rejects.toThrow(text(given)); // what JavaScript may pass
    expect(started).toEqual([]);
  });

  test('twice, more, fewer, none: as many as asked for last', async () => {
    await startThreads(2);
    await startThreads(2);
    expect([started.length, threadCount()]).toEqual([1, 2]);
    await Promise.all([startThreads(4), startThreads(3)]);
    expect([started.length, threadCount()]).toEqual([6, 3]);
    expect(makeRing(5)()).toEqual(ringResult(5, 3));
    await startThreads(1);
    expect(threadCount()).toBe(1);
    expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1, -1, -1, -1, -1]);
  });

  test('a page that is not isolated gets an error that says how', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    await expect(startThreads(2)).rejects.toThrow(
      'startThreads: this page has no shared memory. Serve it with the headers "Cross-Origin-Opener-Policy: same-origin" ' +
        'and "Cross-Origin-Embedder-Policy: require-corp".',
    );
    await startThreads(1);
    vi.unstubAllGlobals();
  });

  test('a worker file that does not exist', async () => {
    const worker = new URL('./nowhere.js', import.meta.url);
    await expect(startThreads(3, { worker })).rejects.toThrow(
      /^startThreads: a worker could not be started: Cannot find module/,
    );
    expect(threadCount()).toBe(1);
    await startThreads(2);
    expect(makeRing(5)()).toEqual(ringResult(5, 2));
  });

  test('no worker is left after many starts', async () => {
    for (let i = 0; i < 100; i++) {
      await startThreads(2);
      await stopThreads();
    }
    expect(started).toHaveLength(100);
    expect(started.filter(({ threadId }) => threadId !== -1)).toEqual([]);
  });
});

describe('a program', () => {
  test('runs on the threads there are at each call', async () => {
    const ring = makeRing(9);
    expect(ring()).toEqual(ringResult(9, 1));
    await startThreads(3);
    expect(ring()).toEqual(ringResult(9, 3));
    await stopThreads();
    expect(ring()).toEqual(ringResult(9, 1));
    await startThreads(2);
    expect(ring()).toEqual(ringResult(9, 2));
  });

  test('inside another keeps to one thread', async () => {
    await startThreads(2);
    const [outer, inner] = [makeRing(9), makeRing(7)];
    let found: number[] = [];
    const during = (): void => {
      found = inner();
    };
    expect(outer(during)).toEqual(ringResult(9, 2));
    expect(found).toEqual(ringResult(7, 1));
  });

  const collector = (): (() => void) => {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc');
  };

  test('that is collected is dropped by the workers', async () => {
    const collect = collector();
    await startThreads(2);
    for (let i = 0; i < 5; i++) makeRing(3)();
    const { control } = currentPool() ?? expect.fail('no pool');
    for (let i = 0; i < 20 && (control[words.sent] ?? 0) < 9; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(control[words.sent]).toBeGreaterThanOrEqual(9); // five modules, and at least four drops
    expect(makeRing(5)()).toEqual(ringResult(5, 2));
  });

  test.runIf(process.platform === 'linux')(
    'that is collected gives its memory back, workers that rest or not',
    async () => {
      const collect = collector();
      /** Of address space, in pages. */
      const taken = (): number => Number.parseInt(readFileSync('/proc/self/statm', 'utf8'), 10);
      await startThreads(2);
      const before = taken();
      const kept = makeRing(3);
      kept();
      const one = taken() - before;
      for (let i = 1; i <= 300; i++) {
        makeRing(3)();
        if (i % 20 > 0) continue;
        collect();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect((taken() - before) / one).toBeLessThan(200);
    },
  );
});

describe('a run that fails', () => {
  test('a worker that stops stops all, with its reason; the next run is well', async () => {
    await startThreads(3);
    const bad = makeRing(50, { trap: { thread: 2, round: 7 } });
    expect(() => bad()).toThrow('a worker has stopped: RuntimeError: unreachable');
    expect(makeRing(5)()).toEqual(ringResult(5, 3));
    expect(() => bad()).toThrow('a worker has stopped: RuntimeError: unreachable');
    expect(notices()).toEqual([]);
  });

  test('what the calling thread throws is thrown, after the workers have left', async () => {
    await startThreads(2);
    const bad = makeRing(50, { trap: { thread: 0, round: 7 } });
    expect(() => bad()).toThrow(new WebAssembly.RuntimeError('unreachable'));
    expect(() => makeRing(5)(() => expect.fail('mine'))).toThrow('mine');
    expect(makeRing(5)()).toEqual(ringResult(5, 2));
  });

  test('a worker that never comes back: an error, then one thread and one notice', async () => {
    await startThreads(2);
    const bad = makeRing(50, { forever: { thread: 1, round: 7 } });
    expect(() => bad()).toThrow(new ThreadError('a worker did not answer for 5 s.'));
    const good = makeRing(5);
    expect([good(), good()]).toEqual([ringResult(5, 1), ringResult(5, 1)]);
    expect(threadCount()).toBe(1);
    expect(notices()).toEqual([
      ['throughline: a worker did not answer for 5 s. Compiled functions run on one thread now.'],
    ]);
    await startThreads(2);
    expect(good()).toEqual(ringResult(5, 2));
  });

  test('a worker that is killed in the middle of a run', async () => {
    await startThreads(2);
    const long = makeRing(400_000);
    makeRing(3)();
    const began = performance.now();
    expect(() => long(() => void started[0]?.terminate())).toThrow(new ThreadError('a worker did not answer for 5 s.'));
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(makeRing(5)()).toEqual(ringResult(5, 1));
    expect(notices()).toHaveLength(1);
  });

  test('a process that was stopped for a minute, as by Ctrl-Z, takes nobody for dead', async () => {
    await startThreads(8);
    const ring = makeRing(2000);
    ring();
    const now = performance.now.bind(performance);
    let stops = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000 * stops++);
    expect(ring()).toEqual(ringResult(2000, 8));
    expect(stops).toBeGreaterThan(10);
    expect(notices()).toEqual([]);
  });

  test('a worker that is killed between runs', async () => {
    await startThreads(2);
    await started[0]?.terminate();
    expect(makeRing(5)()).toEqual(ringResult(5, 1));
    expect(notices()).toEqual([
      ['throughline: a worker has ended: it ended with code 1. Compiled functions run on one thread now.'],
    ]);
  });
});

test('a process with workers ends by itself', () => {
  const root = join(import.meta.dirname, '../../../..');
  const script = `import { startThreads, threadCount } from './packages/compiler/src/threads/index.ts';
    await startThreads(3); console.log(threadCount());`;
  const options = ['--conditions=@throughline/source', '--import', './scripts/source.mjs', '--input-type=module'];
  const { stdout, status } = spawnSync(process.execPath, [...options, '-e', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect([stdout, status]).toEqual(['3\n', 0]);
});

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { rate, timed } from './benchmark.ts';
import { sourceArguments } from './child.ts';
import { benchmarks } from './index.ts';
import { measure, summarize } from './measure.ts';
import { machineLine, row } from './table.ts';

describe('what is measured', () => {
  it('a median and a minimum, of odd and even counts', () => {
    expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, repetitions: 3 });
    expect(summarize([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, repetitions: 4 });
  });

  it('at least three repetitions, however slow', () => {
    let calls = 0;
    expect(measure(() => calls++, { seconds: 0, warmUp: 0 }).repetitions).toBe(3);
    expect(calls).toBe(4);
  });

  it('times scale, and the best rate is that of the least time', () => {
    const timing = { median: 2e-3, min: 1e-3, repetitions: 9 };
    expect(timed('x', 'us', 'ms', timing, 1e3)).toMatchObject({ median: 2, best: 1 });
    expect(rate('x', 'us', 'GFLOP/s', timing, 4)).toMatchObject({ median: 2000, best: 4000 });
  });
});

it('a row lines up, and a busy machine is said to be one', () => {
  const result = { what: 'add', who: 'throughline', unit: 'µs/op', median: 0.8123, best: 123.4, repetitions: 7 };
  expect(row(result)).toBe(
    '  add                              throughline                                      0.812  best      123  µs/op       ×7',
  );
  const machine = { cpu: 'c', cores: 2, memory: '1 GB', node: 'v20', load: 3 };
  expect(machineLine(machine)).toContain('load 3: BUSY');
});

it('every benchmark has a name of its own, a question and what would make it a lie', () => {
  expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
  for (const { question, caveats } of benchmarks) {
    expect(question.endsWith('?')).toBe(true);
    expect(caveats).toContain('lie');
  }
});

describe('the command', () => {
  it('refuses a size that there is not, which would measure nothing', () => {
    const words = sourceArguments('./bin.ts', 'lstm', '--size', 'S', '--size', 'm');
    expect(spawnSync(process.execPath, words, { encoding: 'utf8' })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'bench: no size is named m. There are S, M, L, LONG.\n',
    });
  }, 60_000);

  it('ends without a word when nobody reads on', async () => {
    const words = sourceArguments('./bin.ts', 'symbolic', '--quick', '--json');
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const complaints = text(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'exit')) as unknown[]; // its code and its signal
    expect([code, await complaints]).toEqual([141, '']);
  }, 60_000);
});

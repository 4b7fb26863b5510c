import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourceArguments } from '../child.ts';
import { spread } from '../workloads/hash.ts';
import { modules } from './modules.ts';
import { answer } from './protocol.ts';

interface Golden {
  readonly layers: number;
  readonly steps: number;
  readonly width: number;
  readonly objective: number;
  readonly jacobian: readonly number[];
}
const path = fileURLToPath(new URL('./goldens/chain.json', import.meta.url));
const goldens = JSON.parse(readFileSync(path, 'utf8')) as readonly Golden[]; // as chain.py writes it

const rows = (seed: number, count: number, width: number): number[][] => {
  const flat = [...spread(seed, count * width, 1)];
  return Array.from({ length: count }, (_, row) => flat.slice(row * width, (row + 1) * width));
};
const inputOf = ({ layers, steps, width }: Golden) => ({
  main_params: rows(1, 2 * layers, 4 * width),
  extra_params: rows(2, 3, width),
  state: rows(3, 2 * layers, width),
  sequence: rows(4, steps, width).map((row) => row.map((x) => (x > 0 ? 1 : 0))),
});

const ask = (message: unknown): Record<string, unknown> =>
  JSON.parse(answer(JSON.stringify(message), modules)) as Record<string, unknown>; // an object by the protocol
const evaluate = (name: string, input: unknown, module = 'lstm'): Record<string, unknown> =>
  ask({ id: 7, kind: 'evaluate', module, function: name, input });

/** The largest difference, relative to the largest number. */
function distance(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((x, i) => Math.abs(x - (actual[i] ?? Number.NaN)))) / scale;
}

describe('GradBench', () => {
  it('hello: the square of a number and its derivative', () => {
    expect(evaluate('square', 1.5, 'hello')).toMatchObject({ id: 7, success: true, output: 2.25 });
    expect(evaluate('double', 1.5, 'hello')).toMatchObject({ id: 7, success: true, output: 3 });
  });

  it.each(goldens)('lstm: $layers layers of $width over $steps steps are PyTorch’s', (golden) => {
    const { output } = evaluate('objective', inputOf(golden));
    expect(distance([output as number], [golden.objective])).toBeLessThan(1e-13);
    const { output: jacobian } = evaluate('jacobian', inputOf(golden));
    expect(distance(jacobian as number[], golden.jacobian)).toBeLessThan(1e-12);
  });

  it('the comparison can fail: one weight moved by a thousandth is seen', () => {
    const golden = goldens[1] as Golden; // there are three
    const input = inputOf(golden);
    (input.main_params[0] as number[])[0] = (input.main_params[0]?.[0] ?? 0) + 1e-3;
    const { output } = evaluate('jacobian', input);
    expect(distance(output as number[], golden.jacobian)).toBeGreaterThan(1e-9);
  });

  it('runs as often as it is asked to, and reports each run', () => {
    const input = { ...inputOf(goldens[0] as Golden), min_runs: 3, min_seconds: 0 };
    const { timings } = evaluate('objective', input) as { timings: { name: string; nanoseconds: number }[] };
    expect(timings.map(({ name }) => name)).toEqual(['prepare', 'evaluate', 'evaluate', 'evaluate']);
    for (const { nanoseconds } of timings) expect(Number.isInteger(nanoseconds)).toBe(true);
  });

  it('says which modules it has, and acknowledges what needs no answer', () => {
    expect(ask({ id: 0, kind: 'start', eval: 'lstm' })).toEqual({ id: 0, tool: 'throughline' });
    expect(ask({ id: 1, kind: 'define', module: 'lstm' })).toEqual({ id: 1, success: true });
    expect(ask({ id: 2, kind: 'define', module: 'toString' })).toEqual({
      id: 2,
      success: false,
      error:
        'no module is named "toString". There are hello, llsq, lse, gmm, ba, lstm, ht, kmeans, ode, det, saddle, particle.',
    });
    expect(ask({ id: 3, kind: 'analysis', of: 2, valid: true })).toEqual({ id: 3 });
    expect(ask({ id: 4, kind: 'something new' })).toEqual({ id: 4 });
  });

  it.each([
    ['hessian', {}, 'no function of lstm is named "hessian". There are objective, jacobian.'],
    ['objective', 3, 'the input is number 3, not an object.'],
    ['objective', {}, 'main_params is missing, not an array of rows of numbers.'],
    [
      'objective',
      { ...inputOf(goldens[1] as Golden), state: [[1, 2], [1]] },
      'row 1 of state has 1 numbers, row 0 has 2.',
    ],
    [
      'jacobian',
      { ...inputOf(goldens[1] as Golden), extra_params: [[1]] },
      'extra_params is [1,1]; with a state of 4 rows and 3 bits it is [3,3].',
    ],
    [
      'jacobian',
      { ...inputOf(goldens[1] as Golden), sequence: [[1, 0, 1]] },
      'sequence has 1 row; a prediction needs the one after it. Give at least 2.',
    ],
    ['objective', { ...inputOf(goldens[1] as Golden), min_runs: -1 }, 'min_runs is number -1, not a number ≥ 0.'],
  ])('%s of an input that is none: %#', (name, input, error) => {
    expect(evaluate(name, input)).toEqual({ id: 7, success: false, error });
  });
});

describe('what is asked of the other evals', () => {
  const ba = { n: 2, m: 2, p: 2, cam: new Array(11).fill(1), x: [1, 2, 3], w: 1, feat: [0, 0] };
  const gmm = { d: 2, k: 1, n: 1, m: 0, gamma: 1, alpha: [0], mu: [[0, 0]], q: [[0, 0]], l: [[0]], x: [[1, 1]] };
  it.each([
    ['llsq', 'primal', { x: [1], n: 1 }, 'n is number 1, not an integer ≥ 2.'],
    ['llsq', 'gradient', { x: [], n: 3 }, 'x has 0 numbers, not at least 1.'],
    ['lse', 'primal', { x: [1, '2'] }, 'x is an array, not an array of numbers.'],
    ['ode', 'gradient', { x: [1], s: 1.5 }, 's is number 1.5, not an integer ≥ 1.'],
    ['det', 'primal', { A: [1, 2, 3], ell: 2 }, 'A has 3 numbers, not 4.'],
    ['det', 'primal', { A: [], ell: 99 }, 'ell is 99; expansion by minors is for matrices of at most 16 rows.'],
    ['gmm', 'objective', { ...gmm, gamma: 0 }, 'gamma is 0, not a number > 0.'],
    ['gmm', 'jacobian', { ...gmm, l: [[0, 0]] }, 'row 0 of l has 2 numbers, not 1.'],
    ['gmm', 'jacobian', { ...gmm, mu: [] }, 'mu has no numbers.'],
    [
      'gmm',
      'jacobian',
      {
        ...gmm,
        q: [
          [0, 0],
          [0, 0],
        ],
      },
      'q has 2 rows, not 1.',
    ],
    ['ba', 'objective', { ...ba, cam: [1] }, 'cam has 1 number, not 11.'],
    ['ba', 'jacobian', { ...ba, w: null }, 'w is null, not a number.'],
    [
      'kmeans',
      'dir',
      { points: [[1], [2]], centroids: [[1], [99]] },
      'the output has NaN, which JSON has no number for.',
    ],
    ['llsq', 'primal', { x: [1e308, 1e308], n: 3 }, 'the output has Infinity, which JSON has no number for.'],
    ['kmeans', 'cost', { points: [[1, 2]], centroids: [[1]] }, 'row 0 of centroids has 1 numbers, not 2.'],
    ['saddle', 'rr', { start: [1] }, 'start has 1 number, not 2.'],
    ['particle', 'ff', {}, 'w is missing, not a number.'],
    ['ht', 'objective', { data: 3 }, 'data is number 3, not an object.'],
    [
      'ht',
      'objective',
      { data: { model: { parents: [-1, 1] } } },
      'parents[1] is 1; a bone’s parent stands before it.',
    ],
    ['ht', 'objective', { data: { model: { parents: [-1] } } }, 'parents has 1 bone; a hand has at least 21.'],
  ])('%s %s: %#', (module, name, input, error) => {
    expect(evaluate(name, input, module)).toEqual({ id: 7, success: false, error });
  });
});

describe('the command', () => {
  const run = (input: string) =>
    spawnSync(process.execPath, sourceArguments('./gradbench/bin.ts'), { input, encoding: 'utf8', timeout: 60_000 });

  it('answers line by line and ends well when its input ends', () => {
    const { status, stdout } = run('{"id":0,"kind":"start"}\n\n{"id":1,"kind":"define","module":"hello"}');
    expect(stdout).toBe('{"id":0,"tool":"throughline"}\n{"id":1,"success":true}\n');
    expect(status).toBe(0);
    expect(run('')).toMatchObject({ status: 0, stdout: '' });
  });

  it('ends well when nobody reads its answers, and at once when it is interrupted', async () => {
    const ended = async (stop: (child: ReturnType<typeof start>) => void): Promise<unknown[]> => {
      const child = start();
      await once(child.stdout, 'data');
      stop(child);
      return (await once(child, 'exit')) as unknown[]; // its code and its signal
    };
    const start = () => {
      const child = spawn(process.execPath, sourceArguments('./gradbench/bin.ts'), {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      child.stdin.write('{"id":0,"kind":"start"}\n');
      return child;
    };
    const unread = ended((child) => {
      child.stdout.destroy();
      child.stdin.write('{"id":1,"kind":"define","module":"hello"}\n');
    });
    const interrupted = ended((child) => child.kill('SIGINT'));
    expect(await Promise.all([unread, interrupted])).toEqual([
      [0, null],
      [null, 'SIGINT'],
    ]);
  }, 60_000);

  it('ends badly on what is no message, since there is no id to answer', () => {
    expect(run('{ nope\n{"id":1,"kind":"start"}\n')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'gradbench: not JSON: { nope\n',
    });
    expect(run('{"kind":"start"}\n')).toMatchObject({
      status: 2,
      stderr: 'gradbench: a message has a number as its id, not missing.\n',
    });
  });
});

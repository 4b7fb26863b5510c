import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeFiles } from '../check/testing/files.ts';
import { command, type Said, start } from '../testing/command.ts';

const folder = writeFiles();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `throughline check`, called from the folder with the files. */
const check = (words: readonly string[]): Promise<Said> => command(folder, 'check', ...words);

const small = ['--h', '3', '--t', '4', '--no-train', '--no-report'];

describe('throughline check', { timeout: 120_000 }, () => {
  test('a good cell: every claim holds, facts are the same again, the report stands where it was asked for', async () => {
    const [first, second] = await Promise.all([
      check(['good.ts', '--h', '3', '--t', '4', '--no-train', '--report', 'r.html']),
      check(['good.ts', ...small, '--json']),
    ]);
    expect(first.err).toBe('');
    expect(first.code).toBe(0);
    expect(first.out).toContain('✓ exact');
    expect(second.code).toBe(0);
    const facts = JSON.parse(second.out);
    expect(facts.cells.map(({ name }: { name: string }) => name)).toEqual(['coupled', 'lstm']);
    expect(facts.verdict.exitCode).toBe(0);
    const html = readFileSync(join(folder, 'r.html'), 'utf8');
    const hash = /sha256 ([0-9a-f]{64})/.exec(first.out)?.[1] ?? 'none';
    expect(html).toContain(hash);
    const { hashFacts } = await import('../report/index.ts');
    expect(hashFacts(facts)).toBe(hash);
  });

  test('a wrong derivative and a belt that is none are refuted, and where', async () => {
    const [wrong, belt] = await Promise.all([
      check(['wrong-gradient.ts', ...small]),
      check(['false-belt.ts', ...small]),
    ]);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/against differences +\S+ at wrong [WUb]_g.* ✗/);
    expect(wrong.out).toContain('refuted: gradients of wrong are right');
    expect(belt.code).toBe(1);
    expect(belt.out).toMatch(/✗ refuted at t = \d, unit \d/);
    expect(belt.out).toContain('refuted: falsebelt: ∂c[t]/∂c[t−1] | h = diag(f[t])');
  });

  test('without a belt, state–tap pairs are ranked', async () => {
    const { code, out } = await check(['no-belt.ts', ...small]);
    expect(code).toBe(0);
    expect(out).toContain('coupled  has no belt declared');
    expect(out).toContain('∂c_t/∂c_{t−1} against f_t, the rest held: off by 0 %');
  });

  test('files that cannot be checked: exit 2, the file, its line, nothing written', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['throws.ts', /^throughline: throws\.ts:9: not written yet\n.*\n {2}> +9 │ {5}throw new Error/],
      ['shapes.ts', /^throughline: shapes\.ts:11: mul: cannot broadcast f64\[2,3\] with f64\[2,2\]/],
      ['nan.ts', /^throughline: nan: (h|out|c|f) is NaN at t = 1, unit \d/],
      ['broken.ts', /^throughline: broken\.ts:3: Unexpected token/],
      [
        'no-default.ts',
        /^throughline: no-default\.ts: has no default export\. It exports the cell mine: write export default mine\.\n$/,
      ],
      ['not-a-cell.ts', /^throughline: not-a-cell\.ts: the default export is number, not a cell\./],
      ['missing.ts', /^throughline: missing\.ts: no such file in /],
    ];
    for (const [file, message] of cases) {
      const { code, out, err } = await check([file, '--h', '3', '--t', '4', '--no-train']);
      expect(err).toMatch(message);
      expect([file, code, out]).toEqual([file, 2, '']);
    }
    expect(existsSync(join(folder, 'throughline-report.html'))).toBe(false);
  });

  test('wrong options: exit 2 with a sentence', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['--h', '0'], '--h 0 is not an integer from 1 to 256.'],
      [['--t', 'many'], '--t many is not an integer from 1 to 2000.'],
      [['--seed', '9007199254740992'], '--seed 9007199254740992 is not an integer from 0 to 9007199254740991.'],
      [
        ['--t', '1'],
        '--t 1 leaves nothing to remember, so there is nothing to train. Add --no-train, or give --t 2 or more.',
      ],
      [['--colour'], 'check has no option --colour. See throughline check --help.'],
      [['good.ts', 'nan.ts'], 'check takes one file, got good.ts nan.ts.'],
    ];
    const results = await Promise.all(cases.map(([words]) => check(words)));
    expect(results.map(({ code, out, err }) => [code, out, err])).toEqual(
      cases.map(([, text]) => [2, '', `throughline: ${text}\n`]),
    );
  });

  test('the smallest sizes and the largest seed', async () => {
    const { code, out, err } = await check([
      '--h',
      '1',
      '--t',
      '1',
      '--seed',
      '9007199254740991',
      '--no-train',
      '--no-report',
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('H 1 · T 1 · seed 9007199254740991');
  });

  test('Ctrl-C ends everything at once and leaves nothing behind', async () => {
    const before = readdirSync(folder);
    const { child, said, until } = start(folder, 'check', '--h', '4', '--t', '30');
    await until(/1 Are the gradients right/);
    child.kill('SIGINT');
    await said;
    expect([child.exitCode, child.signalCode]).toEqual([null, 'SIGINT']);
    expect(readdirSync(folder)).toEqual(before);
  });
});

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeFiles } from '../check/testing/files.ts';
import { alone, command, type Said, start } from '../testing/command.ts';

const folder = writeFiles();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `throughline check`, called from the folder with the files. */
const check = (words: readonly string[]): Promise<Said> => command(folder, 'check', ...words);

const small = ['--h', '3', '--t', '4', '--no-train', '--no-report'];

describe('throughline check', { timeout: 120_000 }, () => {
  test('a good cell: every claim holds, facts are the same again, the report stands where it was asked for', async () => {
    const [first, second] = await Promise.all([
      alone(folder, 'check', 'good.ts', '--h', '3', '--t', '4', '--no-train', '--report', 'r.html'),
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
      alone(folder, 'check', 'wrong-gradient.ts', ...small),
      check(['false-belt.ts', ...small]),
    ]);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/against differences +\S+ at wrong [WUb]_g.* ✗/);
    expect(wrong.out).toContain('refuted: gradients of wrong are right');
    expect(belt.code).toBe(1);
    expect(belt.out).toMatch(/✗ refuted at t = \d, unit \d/);
    expect(belt.out).toContain('refuted: falsebelt: ∂c[t]/∂c[t−1] | h = diag(f[t])');
  });

  test('claims that a file exports are answered, and a refuted one is an exit code', async () => {
    const [whole, json, wrong] = await Promise.all([
      check(['claims.ts', ...small]),
      check(['claims.ts', ...small, '--json']),
      check(['not-claims.ts', ...small]),
    ]);
    expect(whole.code).toBe(1);
    expect(whole.out).toMatch(/5 Do the claims hold\? +1 proved, 1 refuted/);
    expect(whole.out).toContain('  ✓ proved    ∂c[t]/∂c[t−1] | h = diag(f[t])\n');
    expect(whole.out).toContain('✗ refuted: coupled: ∂c[t]/∂c[t−1] = diag(f[t])');
    const facts = JSON.parse(json.out);
    expect(facts.claims.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['proved', 'refuted']);
    expect(facts.claims[1].worst).toMatchObject({
      times: expect.stringMatching(/^t = \d$/),
      index: [expect.any(Number), expect.any(Number)],
    });
    expect([wrong.code, wrong.err]).toEqual([
      2,
      'throughline: not-claims.ts: claims[0] is not a claim. Write export const claims = [claim`…`].\n',
    ]);
  });

  test('--claim answers claims and nothing else', async () => {
    const [both, json, misread, nobody] = await Promise.all([
      check(['lstm', '--claim', '0 <= f[t] <= 1', '--claim=d c[t]/d c[t-1] = diag(f[t])', '--t', '4']),
      check(['no-belt.ts', '--claim', '∂c[t]/∂c[t−1] | h = diag(f[t])', '--json']),
      check(['lstm', '--claim', 'f[t] ≤ on']),
      alone(folder, 'check', '--claim', '0 ≤ 1'),
    ]);
    expect(both.code).toBe(1);
    expect(both.out).toMatch(/^lstm +1 proved, 1 refuted\n {2}✓ proved {4}0 <= f\[t\] <= 1\n/);
    expect(both.out).toMatch(
      /✗ refuted {3}d c\[t\]\/d c\[t-1\] = diag\(f\[t\]\)\n +at t = [1-4], row \d, entry \d, \d: /,
    );
    expect([json.code, JSON.parse(json.out)[0].verdict]).toEqual([0, 'proved']);
    expect([misread.code, misread.err]).toEqual([
      2,
      'throughline: claim: lstm has no parameter on. Did you mean o? Its parameters are W_f, U_f, b_f, W_i, U_i, b_i, W_o, U_o, b_o, W_g, U_g, b_g; its lines are h, c, out, f, i, o, g, x.\n  f[t] ≤ on\n         ^^\n',
    ]);
    expect([nobody.code, nobody.err]).toEqual([2, 'throughline: --claim needs a cell: a file, or rnn, lstm, gru.\n']);
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

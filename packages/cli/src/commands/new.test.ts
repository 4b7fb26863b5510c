import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkName } from '../new/name.ts';
import { alone, command, inFolder } from '../testing/command.ts';
import { UsageError } from '../usage.ts';

const slow = { timeout: 120_000 };

test('new writes a cell, its tests and its claims, which run as they stand', slow, () =>
  inFolder(async (folder) => {
    const written = await command(folder, 'new', 'my-cell');
    expect(written).toEqual({
      code: 0,
      err: '',
      out: [
        'my-cell.ts          the cell: change it     npx throughline check my-cell.ts',
        'my-cell.test.ts     its tests               npx throughline run my-cell.test.ts',
        'my-cell.verify.ts   its claims in numbers   npx throughline run my-cell.verify.ts',
        '',
      ].join('\n'),
    });
    expect(readdirSync(folder).sort()).toEqual(['my-cell.test.ts', 'my-cell.ts', 'my-cell.verify.ts']);
    const [verified, tested] = await Promise.all([
      alone(folder, 'run', 'my-cell.verify.ts'),
      alone(folder, 'run', 'my-cell.test.ts'),
    ]);
    expect(verified.err).toBe('');
    expect(verified.out).toMatch(/^my-cell · T 20 · batch 2 · I 2 · H 8\ngradients +right\. /);
    expect(verified.out).toMatch(/h held +max \|∂c\[t\]\/∂c\[t−1\] − diag f\[t\]\| = 0\n/);
    expect(verified.out).toMatch(/\nall claims hold\n$/);
    expect(verified.code).toBe(0);
    expect(tested.out).toMatch(/# pass 4\n# fail 0\n/);
    expect(tested.code).toBe(0);
  }),
);

test('tests and claims fail when the cell no longer keeps them', slow, () =>
  inFolder(async (folder) => {
    await command(folder, 'new', 'wrong');
    const path = join(folder, 'wrong.ts');
    const source = readFileSync(path, 'utf8');
    const broken = source.replace('f.mul(c)', 'f.mul(c).mul(1 + 1e-6)');
    expect(broken).not.toBe(source);
    writeFileSync(path, broken);
    const [verified, tested] = await Promise.all([
      command(folder, 'run', 'wrong.verify.ts'),
      alone(folder, 'run', 'wrong.test.ts'),
    ]);
    expect(verified.out).toMatch(/= 9\.\de-7\n[\s\S]*\na claim does not hold\n$/);
    expect(verified.code).toBe(1);
    expect(tested.out).toMatch(/step 1: off by 9\.\d+e-7[\s\S]*# pass 3\n# fail 1\n/);
    expect(tested.code).toBe(1);
  }),
);

test('new overwrites nothing and writes all files or none', slow, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.verify.ts'), 'mine');
    const some = await command(folder, 'new', 'a');
    expect(some.code).toBe(2);
    expect(some.err).toBe(
      `throughline: new: a.verify.ts exists in ${folder}. Nothing was written; give another name.\n`,
    );
    expect(readFileSync(join(folder, 'a.verify.ts'), 'utf8')).toBe('mine');

    // Of these names only the last is longer than file systems take, so that two files are written and taken back.
    const long = 'x'.repeat(255 - '.verify.ts'.length + 1);
    const taken = await command(folder, 'new', long);
    expect(taken.code).toBe(2);
    expect(taken.err).toBe(
      `throughline: new: cannot write ${long}.verify.ts into ${folder}: the name is too long. Give a shorter one. Nothing was written.\n`,
    );
    expect(readdirSync(folder)).toEqual(['a.verify.ts']);
  }),
);

describe('names that new refuses', () => {
  test.for([
    ['a/b', 'new: "a/b" is a path. Give a name alone, such as b; the files go into the folder it is called from.'],
    [
      '../MyCell.ts',
      'new: "../MyCell.ts" is a path. Give a name alone, such as my-cell; the files go into the folder it is called from.',
    ],
    ['MyCell', 'new: "MyCell" is not lower-case words joined by hyphens, starting with a letter. Try my-cell.'],
    ['my cell.ts', 'new: "my cell.ts" is not lower-case words joined by hyphens, starting with a letter. Try my-cell.'],
    ['3', 'new: "3" is not lower-case words joined by hyphens, starting with a letter. Try my-cell.'],
    ['é', 'new: "é" is not lower-case words joined by hyphens, starting with a letter. Try my-cell.'],
    ['', 'new: the name is empty. Give one such as my-cell.'],
  ])('%s', ([name = '', message]) => {
    expect(() => checkName(name)).toThrow(new UsageError(message));
  });

  test('as the command says it', slow, () =>
    inFolder(async (folder) => {
      const said = await command(folder, 'new', 'a/b');
      expect(said).toMatchObject({ code: 2, out: '' });
      expect(said.err).toMatch(/^throughline: new: "a\/b" is a path\. /);
      expect(readdirSync(folder)).toEqual([]);
    }),
  );
});

test('run says whose fault it was', slow, () =>
  inFolder(async (folder) => {
    const file = (name: string, source: string): string => {
      writeFileSync(join(folder, name), source);
      return name;
    };
    const run = (name: string) => command(folder, 'run', name);
    const results = await Promise.all([
      run(file('ok.ts', 'const x: number = 1;\nexport default x;\n')),
      run(file('throws.ts', 'const x: number = 1;\nthrow new Error("no " + x);\n')),
      run(file('syntax.ts', 'const x: number = ;\n')),
      run(file('import.ts', "import './nowhere.ts';\n")),
      run(file('code.ts', 'process.exitCode = process.argv[1]?.endsWith("code.ts") ? 3 : 4;\n')),
      run('absent.ts'),
    ]);
    expect(results.map(({ code }) => code)).toEqual([0, 1, 2, 2, 3, 2]);
    expect(results[1]?.err).toBe(
      'throughline: throws.ts:2: no 1\n       1 │ const x: number = 1;\n  >    2 │ throw new Error("no " + x);\n       3 │ \n',
    );
    expect(results[2]?.err).toContain('throughline: syntax.ts:1: ');
    expect(results[3]?.err).toContain('nowhere.ts');
    expect(results[5]?.err).toContain('throughline: absent.ts: no such file in');
    expect(existsSync(join(folder, 'absent.ts'))).toBe(false);
  }),
);

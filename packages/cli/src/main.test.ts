import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { alone, command, inFolder, start } from './testing/command.ts';

const names = readdirSync(new URL('./commands', import.meta.url))
  .filter((file) => !/\.test\.ts$|^check-weights\.ts$/.test(file))
  .map((file) => file.replace('.ts', ''));

const help = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await command(tmpdir(), ...words, '--help');
  expect([code, err]).toEqual([0, '']);
  return stripVTControlCharacters(out);
};

test('help names every command and what it is for, and the help of each says that again', {
  timeout: 120_000,
}, async () => {
  const all = await help();
  for (const name of names) {
    const [, purpose] = new RegExp(`^ +${name} +(\\S.*?) *$`, 'm').exec(all) ?? [];
    expect(purpose, name).toBeDefined();
    expect(await help(name)).toContain(`${purpose} (throughline ${name} v`);
  }
  expect(await command(tmpdir(), 'nothing')).toEqual({
    code: 2,
    out: '',
    err: `throughline: there is no command "nothing". Commands are ${names.join(', ')}.\n`,
  });
});

test('a command whose reader has gone ends, without a word', { timeout: 60_000 }, async () => {
  const { child, said, until } = start(tmpdir(), ...'train --task copy --steps 1000000 --h 2 --json'.split(' '));
  await until(/"step"/);
  child.stdout?.destroy();
  expect(await said).toMatchObject({ code: 141, err: '' });
});

test('a file that waits for ever is an error, not silence', { timeout: 60_000 }, async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'cell.ts'), 'await new Promise(() => {});\nexport default 1;\n');
    expect(await alone(folder, 'explain', 'cell.ts')).toEqual({
      code: 2,
      out: '',
      err: 'throughline: it waits for what never comes. Look for an await of a promise that nothing settles.\n',
    });
  });
});

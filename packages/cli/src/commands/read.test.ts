import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alone, command, inFolder } from '../testing/command.ts';

const slow = { timeout: 120_000 };
const program = '/** Says a word. */\nexport declare function say(word: string): { said: string };\n'.repeat(40);
const small = ['--text', 'a.d.ts', '--h', '4', '--t', '8', '--batch', '2', '--steps', '3'];

test('read trains, ranks, draws and searches, and says when there is nothing; the same bits again', slow, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.d.ts'), program);
    const [lines, json, again] = await Promise.all([
      command(folder, 'read', ...small, '--seeds', '2', '--svg', 'a.svg'),
      command(folder, 'read', ...small, '--json'),
      alone(folder, 'read', ...small, '--json'),
    ]);
    expect(lines.code).toBe(0);
    expect(lines.out).toMatch(
      /^throughline read · lstm · H 4 · T 8 · batch 2 · 3 steps · Adam 0\.01 to 0\ntext {6}a\.d\.ts · 3240 characters · sha256 [0-9a-f]{12} · 324 to choose units by, 324 to test them\n/,
    );
    expect(lines.out).toMatch(
      /seed 2: \d\.\d{3} bits per character on the text for testing\n {2}unit {2}1\/\(1−f̄\) {2}measured/,
    );
    expect(lines.out.match(/^(comment|quote|braces) +[fc] +[12] /gm)?.length).toBe(12);
    expect(lines.out).toMatch(/^A forget gate that stays open inside comments: (not )?found in /m);
    expect(lines.out).toMatch(/^A cell that tells inside quotes from outside: the text has none\.$/m);
    expect(readFileSync(join(folder, 'a.svg'), 'utf8')).toMatch(/^<svg /);
    expect(json.out).toBe(again.out);
    const said = JSON.parse(json.out);
    expect([said.seed, said.units.length, said.findings.length, said.before.length]).toEqual([1, 4, 6, 6]);
  }),
);

test('read refuses what it cannot read', slow, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'short.ts'), 'const a = 1;\n');
    const [short, over, stray, none] = await Promise.all([
      command(folder, 'read', '--text', 'short.ts'),
      command(folder, 'read', '--text', 'short.ts', '--svg', 'short.ts'),
      alone(folder, 'read', 'short.ts'),
      command(folder, 'read', '--text', 'none.ts'),
    ]);
    expect(short).toEqual({
      code: 2,
      out: '',
      err: 'throughline: short.ts: has 13 characters; to be read it takes 2000. Give a longer text.\n',
    });
    expect(over.err).toBe(
      'throughline: short.ts: is what is read, and would be written over. Name another file to write.\n',
    );
    expect(stray.err).toBe('throughline: read: does not take short.ts. A text goes after --text.\n');
    expect(none.err).toBe(`throughline: none.ts: no such file in ${folder}. Check the path.\n`);
  }),
);

test('read takes a model that train kept, and refuses one that it cannot read', slow, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.d.ts'), program);
    const kept = (cell: string) =>
      command(folder, 'train', ...small, '--sample', '0', '--cell', cell, '--save', `${cell}.safetensors`);
    await Promise.all([kept('lstm'), kept('gru')]);
    const [read, other] = await Promise.all([
      command(folder, 'read', '--text', 'a.d.ts', '--weights', 'lstm.safetensors'),
      command(folder, 'read', '--text', 'a.d.ts', '--weights', 'gru.safetensors'),
    ]);
    expect(read.err).toBe('');
    expect(read.out).toMatch(
      /^throughline read · lstm\.safetensors · a\.d\.ts · 324 characters to choose units by, 324 to test them\n\nas given: \d\.\d{3} bits/,
    );
    expect(other).toEqual({
      code: 2,
      out: '',
      err: 'throughline: gru.safetensors: has the cell gru; read takes one LSTM, in one direction.\n',
    });
  }),
);

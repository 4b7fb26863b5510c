import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from 'citty';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { alone, command, inFolder, start } from '../testing/command.ts';
import train from './train.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const slow = { timeout: 120_000 };
const verse = 'the quick brown fox jumps over the lazy dog; '.repeat(40);
const small = ['--text', 'verse.txt', '--h', '12', '--batch', '4', '--t', '12', '--rate', '0.03', '--sample', '40'];

/** A folder with a text in it. */
const inFolderWithText = (use: (folder: string) => Promise<void>): Promise<void> =>
  inFolder((folder) => {
    writeFileSync(join(folder, 'verse.txt'), verse);
    return use(folder);
  });

test('train learns a text, says so against the baselines, and writes; the same seed, the same bits', slow, () =>
  inFolderWithText(async (folder) => {
    const [lines, json, again, other] = await Promise.all([
      command(folder, 'train', ...small, '--steps', '120', '--prompt', 'the '),
      alone(folder, 'train', ...small, '--steps', '12', '--json'),
      command(folder, 'train', ...small, '--steps', '12', '--json'),
      command(folder, 'train', ...small, '--steps', '12', '--json', '--seed', '8'),
    ]);
    expect(lines.err).toBe('');
    expect(lines.code).toBe(0);
    expect(lines.out).toMatch(
      /^throughline train · lstm · H 12 · T 12 · batch 4 · 120 steps · Adam 0\.03 · clip 1 · seed 7\ntext {6}verse\.txt · 1800 characters · vocabulary 28 · sha256 [0-9a-f]{12}\n/,
    );
    // 28·6 + 4(6·12 + 12·12 + 12) + 12·28 + 28 parameters; 28 characters; frequencies by hand from the one line.
    expect(lines.out).toContain('1444 parameters: embedding, lstm, linear\n');
    expect(lines.out).toMatch(/baseline {2}uniform 4\.807 · unigram 4\.\d{3} /);
    const [, bits, gain] = /after 120 steps: (\S+) held out, (\S+) below the unigram entropy/.exec(lines.out) ?? [];
    expect(Number(bits)).toBeLessThan(2.5);
    expect(Number(gain)).toBeGreaterThan(1.5);
    expect(lines.out).toMatch(/sample {4}"the " →\nthe .{40}\n$/);

    expect(json.out).toBe(again.out);
    expect(json.out).not.toBe(other.out);
    const events: { type: string; [name: string]: unknown }[] = json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === 'step').length).toBe(12);
    expect([types[0], ...types.slice(-2)]).toEqual(['start', 'done', 'sample']);
    expect(events[0]).toMatchObject({
      cell: 'lstm',
      vocabulary: 28,
      parameters: 1444,
      seed: 7,
      steps: 12,
      text: 'verse.txt',
    });
  }),
);

test('train --save keeps what was learned, and check --weights takes it', slow, () =>
  inFolderWithText(async (folder) => {
    const said = await command(folder, 'train', ...small, '--steps', '40', '--save', 'model.safetensors');
    expect([said.code, said.err]).toEqual([0, '']);
    expect(said.out).toMatch(/\nsaved {5}model\.safetensors · \d+ bytes\n/);
    expect(readdirSync(folder).sort()).toEqual(['model.safetensors', 'verse.txt']);
    const words = ['--weights', 'model.safetensors', '--text', 'verse.txt', '--t', '12', '--json'];
    const checked = await command(folder, 'check', ...words);
    expect([checked.code, checked.err]).toEqual([0, '']);
    const { trained } = JSON.parse(checked.out);
    expect(trained.bits).toBeLessThan(trained.unigramBits);
  }),
);

test('train takes a cell of the user’s', slow, () =>
  inFolderWithText(async (folder) => {
    await command(folder, 'new', 'my-cell');
    const said = await command(folder, 'train', ...small, '--steps', '2', '--cell', 'my-cell.ts');
    expect(said.err).toBe('');
    expect(said.out).toContain('embedding, my-cell, linear\n');
    expect(said.code).toBe(0);
  }),
);

test('without a text train reads what ships in our packages', slow, () =>
  inFolder(async (folder) => {
    const said = await command(folder, 'train', '--steps', '1', '--h', '2', '--t', '2', '--sample', '5');
    expect(said.err).toBe('');
    const [, files, characters] = /text {6}(\d+) files of throughline · (\d+) characters/.exec(said.out) ?? [];
    expect(Number(files)).toBeGreaterThan(100);
    expect(Number(characters)).toBeGreaterThan(300_000);
    expect(said.code).toBe(0);
  }),
);

test('train learns a task, the baseline beside every result', slow, () =>
  inFolder(async (folder) => {
    const [lines, json, list] = await Promise.all([
      command(folder, 'train', '--task', 'parity', '--t', '4', '--h', '8', '--steps', '60', '--cell', 'gru'),
      command(folder, 'train', '--task', 'reber', '--t', '8', '--h', '4', '--steps', '3', '--json'),
      command(folder, 'train', '--task', 'help'),
    ]);
    expect(lines.err).toBe('');
    expect(lines.out).toMatch(
      /^throughline train · parity · gru · H 8 · 60 steps · Adam 0\.02 · clip 1 · seed 7\ntask {6}4 steps of one of 2 symbols; asked at every step for one of 2 classes\nbaseline {2}0\.6931 \(each answer by how likely it is\)\n/,
    );
    // 3 gates of (2 + 8 + 1) · 8 and GRU's second bias of 8, read out by (8 + 1) · 2.
    expect(lines.out).toMatch(
      /result {4}after 60 steps: 0\.\d+ on fresh sequences, baseline 0\.6931; \d+\.\d % of parities \(by chance 50\.0 %\); \d+ parameters\n$/,
    );
    const events = json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)); // one object each
    expect(events.map(({ type }) => type)).toEqual(['start', ...Array(3).fill(['step', 'evaluate']).flat(), 'result']);
    expect(events[0].others[0].what).toBe('the least possible: the grammar’s own entropy');
    expect(events.at(-1)).toMatchObject({ end: 'done', step: 3, baseline: events[0].baseline.value });
    expect(list.out.split('\n')[0]).toBe(
      'adding               50 steps · baseline 0.1667 (the best constant, the mean)',
    );
  }),
);

test('Ctrl-C stops it cleanly: what was learned is said, and lets itself be sampled', slow, () =>
  inFolderWithText(async (folder) => {
    const run = start(folder, 'train', ...small, '--steps', '100000', '--json');
    await run.until(/"step":3,/);
    run.child.kill('SIGINT');
    const said = await run.said;
    expect(said.err).toBe('');
    expect(said.code).toBe(130);
    const types = said.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types.slice(-2)).toEqual(['aborted', 'sample']);
    expect(readdirSync(folder)).toEqual(['verse.txt']);
  }),
);

describe('train refuses', () => {
  const cases: [what: string, words: readonly string[], message: string][] = [
    ['no such file', ['--text', 'no.txt'], 'no.txt: no such file in FOLDER. Check the path.'],
    ['a folder', ['--text', 'folder'], 'folder: is a folder, not a file. Name a text file in it.'],
    ['an empty text', ['--text', 'empty.txt'], 'empty.txt: is empty. Give a text to learn from.'],
    [
      'a short text',
      ['--text', 'short.txt', '--t', '10'],
      'short.txt: has 4 characters; a window takes --t 10 and one more. Give a longer text, or --t 3.',
    ],
    ['zero bytes', ['--text', 'binary'], 'binary: is not text: byte 1 is 0. Give a plain text in UTF-8.'],
    [
      'Latin-1',
      ['--text', 'latin1.txt'],
      'latin1.txt: is not UTF-8 text. Convert it, as with iconv -f latin1 -t utf-8.',
    ],
    ['no number', ['--steps', 'many'], '--steps many is not an integer from 1 to 1000000000.'],
    ['a rate of NaN', ['--rate', 'NaN'], '--rate NaN is not a number above 0, up to 10.'],
    [
      'no such task',
      ['--task', 'adition'],
      "--task adition: there is no task 'adition'. Tasks are adding, multiplication, copy,",
    ],
    [
      'a task that is too short',
      ['--task', 'temporal-order', '--t', '9'],
      '--task temporal-order: T is 9, not an integer from 10 up.',
    ],
    [
      'a task and a text',
      ['--task', 'copy', '--text', 'verse.txt'],
      '--task and --text do not go together. Leave one of them out.',
    ],
    ['a rate of 0', ['--rate', '0'], '--rate 0 is not a number above 0, up to 10.'],
    ['a rate of nothing', ['--rate', ''], '--rate  is not a number above 0, up to 10.'],
    ['a stray word', ['verse.txt'], 'train: does not take verse.txt. A text goes after --text.'],
    [
      'a strange prompt',
      ['--text', 'verse.txt', '--prompt', 'thé'],
      '--prompt has "é", which the text does not. Prompt with characters of the text.',
    ],
    [
      'no folder to save in',
      ['--text', 'verse.txt', '--save', 'none/model.safetensors'],
      'none/model.safetensors: there is no folder FOLDER/none to write it in. Make it first.',
    ],
    [
      'a folder to save as',
      ['--text', 'verse.txt', '--save', 'folder'],
      'folder: is a folder. Name a file to write, as in --save model.safetensors.',
    ],
    [
      'its own text to save over',
      ['--text', 'verse.txt', '--save', './verse.txt'],
      './verse.txt: is what is read, and would be written over. Name another file to write.',
    ],
    ['no such cell', ['--text', 'verse.txt', '--cell', 'none.ts'], 'none.ts: no such file in FOLDER.'],
  ];
  test.for(cases)('%s', slow, ([, words, message]) =>
    inFolderWithText(async (folder) => {
      mkdirSync(join(folder, 'folder'));
      writeFileSync(join(folder, 'empty.txt'), '');
      writeFileSync(join(folder, 'short.txt'), 'abcd');
      writeFileSync(join(folder, 'binary'), Buffer.from([65, 0, 66]));
      writeFileSync(join(folder, 'latin1.txt'), Buffer.from('caf\xe9 '.repeat(9), 'latin1'));
      vi.stubEnv('INIT_CWD', folder);
      await expect(runCommand(train, { rawArgs: [...words] })).rejects.toThrow(message.replace('FOLDER', folder));
    }),
  );

  test('with exit code 2 and nothing but the message', slow, () =>
    inFolderWithText(async (folder) => {
      const [stray, missing] = await Promise.all([
        alone(folder, 'train', '--step', '3'),
        command(folder, 'train', '--text', 'no.txt'),
      ]);
      const err = 'throughline: train has no option --step. See throughline train --help.\n';
      expect(stray).toEqual({ code: 2, out: '', err });
      const other = `throughline: no.txt: no such file in ${folder}. Check the path.\n`;
      expect(missing).toEqual({ code: 2, out: '', err: other });
    }),
  );
});

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { key } from '@throughline/autograd';
import { writeNpy, writeSafetensors } from '@throughline/interop';
import { gru, lstm } from '@throughline/rnn';
import { ones, tensor, zeros } from '@throughline/tensor';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { command } from '../../testing/command.ts';
import { inputsFor } from './inputs.ts';
import { loadModel } from './load.ts';
import { runWeightsCheck } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => void vi.stubEnv('INIT_CWD', folder));
afterEach(() => vi.unstubAllEnvs());
const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);
for (const name of [
  'pytorch-characters',
  'pytorch-lstm-2-layers-bidirectional',
  'pytorch-gru-3-layers',
  'pytorch-rnn-relu',
  'keras-characters',
  'keras-gru-without-bias',
]) {
  copyFileSync(
    fileURLToPath(new URL(`../../../../interop/src/goldens/${name}.safetensors`, import.meta.url)),
    join(folder, `${name}.safetensors`),
  );
}
const own = {
  embedding: { W: ones([3, 2]) },
  cell: lstm.init(key(1), { I: 2, H: 4 }),
  linear: { W: ones([4, 3]), b: zeros([3]) },
};
const saved = { cell: 'lstm', vocabulary: 'abc' };
put('own.safetensors', writeSafetensors(own, { metadata: saved }));
put('text.txt', 'abcdefg'.repeat(20));
put('abc.txt', 'abc'.repeat(30));

const nothing = { cell: null, prefix: undefined, nonlinearity: undefined };
const load = (path: string, more: Partial<Parameters<typeof loadModel>[0]> = {}) =>
  loadModel({ ...nothing, path, ...more });
const answer = async (path: string, input: { text?: string; data?: string } = {}, steps = 4) =>
  runWeightsCheck(await load(path), { text: input.text, data: input.data, steps, seed: 7 });
const message = async (f: () => Promise<unknown>): Promise<string> => {
  try {
    await f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

test('a character model of PyTorch’s, on a text: all four answers', async () => {
  const facts = await answer('pytorch-characters.safetensors', { text: 'text.txt' }, 6);
  expect(facts.verdict.exitCode).toBe(0);
  expect(facts.cells.map(({ name, gradients }) => [name, gradients.map(({ holds }) => holds)])).toEqual([
    ['lstm', [true, true, true, true]],
  ]);
  expect(facts.cells[0]?.belt?.variants.map(({ label }) => label)).toEqual(['as trained']);
  expect(facts.reach.map(({ label, reach }) => [label, reach.length, reach[0]])).toEqual([
    ['afresh', 7, 1],
    ['as trained', 7, 1],
  ]);
  const { trained } = facts;
  expect(trained).toMatchObject({
    file: 'pytorch-characters.safetensors',
    what: "PyTorch's lstm",
    input: 'text.txt · 140 characters',
    uniformBits: Math.log2(7),
    parts: [{ cell: 'lstm', parameters: 4 * (3 * 4 + 4 * 4 + 4) }],
  });
  // It was never trained, so its guess is about as good as a blind one.
  expect(Math.abs((trained?.bits ?? 0) - Math.log2(7))).toBeLessThan(0.5);
  expect(trained?.parts[0]?.reachTrained).not.toBe(trained?.parts[0]?.reachFresh);
  expect(trained?.notices).toEqual([
    'bias_ih + bias_hh are one b: the same outputs',
    'the file does not name its characters: those of text.txt were taken, in the order of their code points',
  ]);
});

test('the numbers asked of are the file’s: other weights, other facts; the same file, the same facts', async () => {
  const [one, again] = [
    await answer('own.safetensors', { text: 'abc.txt' }),
    await answer('own.safetensors', { text: 'abc.txt' }),
  ];
  expect(again).toEqual(one);
  put('other.safetensors', writeSafetensors({ ...own, cell: lstm.init(key(2), { I: 2, H: 4 }) }, { metadata: saved }));
  const other = await answer('other.safetensors', { text: 'abc.txt' });
  expect(other.reach[0]).toEqual(one.reach[0]);
  expect(other.reach[1]).not.toEqual(one.reach[1]);
  expect(other.cells[0]?.belt?.variants[0]?.oneStepOff).not.toBe(one.cells[0]?.belt?.variants[0]?.oneStepOff);
});

test('layers and directions are asked one by one', async () => {
  const both = await answer('pytorch-lstm-2-layers-bidirectional.safetensors');
  expect(both.cells.map(({ name }) => name)).toEqual(['lstm 1 →', 'lstm 1 ←', 'lstm 2 →', 'lstm 2 ←']);
  expect(both.verdict.exitCode).toBe(0);
  const stacked = await answer('pytorch-gru-3-layers.safetensors');
  expect([stacked.cells.map(({ name }) => name), stacked.verdict.exitCode]).toEqual([['gru 1', 'gru 2', 'gru 3'], 0]);
});

test('numbers: one long sequence, several, ids; and one-hot characters for a model without embedding', async () => {
  put('long.npy', writeNpy(ones([9, 3])));
  put('several.npy', writeNpy(ones([9, 5, 3], 'float32')));
  put('ids.npy', writeNpy(tensor([0, 6, 3, 1], { dtype: 'int32' })));
  const model = await load('pytorch-characters.safetensors');
  const shape = (data: string): readonly number[] =>
    inputsFor(model, { text: undefined, data, steps: 6, seed: 1 }).windows(4).xs.shape;
  expect([shape('long.npy'), shape('several.npy'), shape('ids.npy')]).toEqual([
    [6, 4, 3],
    [6, 4, 3],
    [4, 1, 3],
  ]);
  put('one-hot.safetensors', writeSafetensors(lstm.init(key(1), { I: 3, H: 2 }), { metadata: { cell: 'lstm' } }));
  const { xs, targets } = inputsFor(await load('one-hot.safetensors'), {
    text: 'abc.txt',
    data: undefined,
    steps: 2,
    seed: 1,
  }).windows(1);
  expect([xs.toArray(), targets]).toEqual([[[[1, 0, 0]], [[0, 1, 0]]], null]);
});

describe('refused', () => {
  const gruParams = gru.init(key(1), { I: 2, H: 3 });
  put('gru.safetensors', writeSafetensors(gruParams, { metadata: { cell: 'lstm' } }));
  put('unnamed.safetensors', writeSafetensors(gruParams));
  put('mine.safetensors', writeSafetensors(gruParams, { metadata: { cell: 'my-cell.ts' } }));
  put(
    'shape.safetensors',
    writeSafetensors({ ...own, cell: { ...own.cell, f: { ...own.cell.f, U: ones([4, 5]) } } }, { metadata: saved }),
  );
  put(
    'rank.safetensors',
    writeSafetensors({ ...own, cell: { ...own.cell, f: { ...own.cell.f, b: ones([4, 1]) } } }, { metadata: saved }),
  );
  put(
    'reads.safetensors',
    writeSafetensors({ ...own, linear: { ...own.linear, W: ones([5, 3]) } }, { metadata: saved }),
  );
  put('bias.safetensors', writeSafetensors({ ...own, linear: { W: ones([4, 3]), b: ones([2]) } }, { metadata: saved }));
  put('biasless.safetensors', writeSafetensors({ ...own, linear: { W: ones([4, 3]) } }, { metadata: saved }));
  put('feeds.safetensors', writeSafetensors({ ...own, embedding: { W: ones([3, 5]) } }, { metadata: saved }));
  put('flat.safetensors', writeSafetensors({ ...own, embedding: ones([3, 2]) }, { metadata: saved }));
  put('vocabulary.safetensors', writeSafetensors(own, { metadata: { ...saved, vocabulary: 'abcd' } }));
  put('twice.safetensors', writeSafetensors(own, { metadata: { ...saved, vocabulary: 'aba' } }));
  put('dense.safetensors', writeSafetensors({ 'fc.weight': ones([2, 2]) }));
  put('cut.safetensors', readFileSync(join(folder, 'own.safetensors')).subarray(0, 700));
  put('huge.safetensors', new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127, 0x7b, 0x7d]));
  const two = Object.fromEntries(
    ['encoder', 'decoder'].flatMap((name) => [
      [`${name}.weight_ih_l0`, ones([4, 2])],
      [`${name}.weight_hh_l0`, ones([4, 4])],
    ]),
  );
  put('two.safetensors', writeSafetensors(two));
  put(
    'diverged.safetensors',
    writeSafetensors({ ...own, linear: { ...own.linear, b: tensor([0, Number.NaN, 0]) } }, { metadata: saved }),
  );
  put('short.txt', 'ab');
  put('strange.txt', 'abcabcxabc');
  put('wide.npy', writeNpy(ones([9, 4])));
  put('ids-high.npy', writeNpy(tensor([0, 7], { dtype: 'int32' })));
  put('nan.npy', writeNpy(tensor([[1, 2, Number.NaN]])));
  put('empty.npy', writeNpy(zeros([0, 3])));

  test.each<[string, () => Promise<unknown>, string]>([
    ['no such file', () => load('none.safetensors'), 'none.safetensors: there is no such file. Check the path.'],
    [
      'a truncated file',
      () => load('cut.safetensors'),
      'cut.safetensors: byte 0: the header should have 1040 bytes, but the file has 700 bytes. It is cut off, or no .safetensors file.',
    ],
    [
      'a hostile header',
      () => load('huge.safetensors'),
      'huge.safetensors: byte 0: the header should have 9223372036854775807 bytes, but the file has 10 bytes. It is cut off, or no .safetensors file.',
    ],
    [
      'another format',
      () => load('wide.npy'),
      'wide.npy: byte 0: the header should have 379676406402707 bytes, but the file has 416 bytes. It is cut off, or no .safetensors file.',
    ],
    [
      'no recurrent layer',
      () => load('dense.safetensors'),
      'dense.safetensors: holds no recurrent layer by the names of PyTorch, Keras or Throughline. If it is a cell’s parameters, name the cell: throughline check CELL --weights FILE.',
    ],
    ['another cell', () => load('gru.safetensors'), 'gru.safetensors: has no f of lstm; it is a file of another cell.'],
    [
      'no cell',
      () => load('unnamed.safetensors'),
      'unnamed.safetensors: does not say of which cell it is. Name it: throughline check CELL --weights unnamed.safetensors.',
    ],
    [
      'a cell of the user’s',
      () => load('mine.safetensors'),
      'mine.safetensors: is of the cell my-cell.ts, which is a file of yours. Name it: throughline check CELL --weights mine.safetensors.',
    ],
    [
      'the wrong cell named',
      () => load('gru.safetensors', { cell: 'rnn' }),
      'gru.safetensors: has no h of rnn; it is a file of another cell.',
    ],
    [
      'a cell where the file says it',
      () => load('pytorch-rnn-relu.safetensors', { cell: 'rnn' }),
      "pytorch-rnn-relu.safetensors: is PyTorch's, and says which cell it is. Leave out rnn.",
    ],
    [
      'another shape',
      () => load('shape.safetensors'),
      'shape.safetensors: f.U is f64[4,5]: H is 5 there, and 4 in f.W.',
    ],
    [
      'another rank',
      () => load('rank.safetensors'),
      'rank.safetensors: f.b is f64[4,1]; lstm declares it with axes [H].',
    ],
    [
      'a readout of another width',
      () => load('reads.safetensors'),
      'reads.safetensors: linear.W is f64[5,3]; with a cell of I = 2 and H = 4 it has to be [4, N]. Give it that shape, or leave linear out of the file.',
    ],
    [
      'a bias of another width',
      () => load('bias.safetensors'),
      'bias.safetensors: linear.b is f64[2]; with a cell of I = 2 and H = 4 it has to be [3]. Give it that shape, or leave linear out of the file.',
    ],
    [
      'a readout without a bias',
      () => load('biasless.safetensors'),
      'biasless.safetensors: has no linear.b. Add it, or leave linear out of the file.',
    ],
    [
      'an embedding of another width',
      () => load('feeds.safetensors'),
      'feeds.safetensors: embedding.W is f64[3,5]; with a cell of I = 2 and H = 4 it has to be [N, 2]. Give it that shape, or leave embedding out of the file.',
    ],
    [
      'an embedding that is no layer',
      () => load('flat.safetensors'),
      'flat.safetensors: has no embedding.W. Add it, or leave embedding out of the file.',
    ],
    [
      'a model that diverged',
      () => load('diverged.safetensors'),
      'diverged.safetensors: linear.b has NaN in it. Give a model of finite numbers.',
    ],
    [
      'a character twice',
      () => load('twice.safetensors'),
      'twice.safetensors: has a vocabulary in which a character stands twice.',
    ],
    [
      'two modules',
      () => load('two.safetensors'),
      'two.safetensors: there are recurrent layers under decoder. and encoder.. Choose one with --prefix decoder..',
    ],
    [
      'no such prefix',
      () => load('two.safetensors', { prefix: 'middle.' }),
      'two.safetensors: there is no recurrent layer under middle.; there is under decoder. and encoder..',
    ],
    [
      'relu of an LSTM',
      () => load('pytorch-characters.safetensors', { nonlinearity: 'relu' }),
      'pytorch-characters.safetensors: nonlinearity is that of an nn.RNN; this is an nn.LSTM, by its 4 gates.',
    ],
    [
      'a vocabulary of another size',
      () => answer('vocabulary.safetensors', { text: 'abc.txt' }),
      'vocabulary.safetensors: has a vocabulary of 4 characters, but the embedding has 3 rows. Give numbers with --data.',
    ],
    [
      'a text of another size',
      () => answer('pytorch-characters.safetensors', { text: 'abc.txt' }),
      'pytorch-characters.safetensors: says nothing of its characters, and the embedding has 7 rows, while abc.txt has 3 different ones. Put them under the metadata "vocabulary", in the order of their ids, or give numbers with --data.',
    ],
    [
      'a text where numbers go',
      () => answer('pytorch-rnn-relu.safetensors', { text: 'text.txt' }),
      'pytorch-rnn-relu.safetensors: says nothing of its characters, and the first layer takes I = 3, one input for each character, while text.txt has 7 different ones. Put them under the metadata "vocabulary", in the order of their ids, or give numbers with --data.',
    ],
    [
      'a symbol the vocabulary lacks',
      () => answer('own.safetensors', { text: 'strange.txt' }),
      'strange.txt: has "x" at character 6, which the vocabulary of own.safetensors lacks. Take it out of the text, or give another text.',
    ],
    [
      'a short text',
      () => answer('own.safetensors', { text: 'short.txt' }),
      'short.txt: has 2 characters; a window takes --t 4 and one more. Give a longer text, or --t 1.',
    ],
    [
      'numbers too wide',
      () => answer('pytorch-characters.safetensors', { data: 'wide.npy' }),
      'wide.npy: is f64[9,4]; the model takes [T, B, 3] or [T, 3], or ids as integers, [T, B] or [T].',
    ],
    [
      'an id too high',
      () => answer('pytorch-characters.safetensors', { data: 'ids-high.npy' }),
      'ids-high.npy: entry 1 is 7; the embedding has rows 0 to 6.',
    ],
    [
      'a NaN',
      () => answer('pytorch-rnn-relu.safetensors', { data: 'nan.npy' }),
      'nan.npy: entry 2 is NaN. Give finite numbers.',
    ],
    [
      'nothing',
      () => answer('pytorch-rnn-relu.safetensors', { data: 'empty.npy' }),
      'empty.npy: is f64[0,3]: there is nothing in it.',
    ],
    [
      'weights where numbers go',
      () => answer('pytorch-rnn-relu.safetensors', { data: 'own.safetensors' }),
      'own.safetensors: byte 0: this is no .npy file: it does not begin with \\x93NUMPY. Write one with numpy.save.',
    ],
  ])('%s', async (_, f, text) => expect(await message(f)).toBe(text));
});

test('the command: exit 0 and a report, exit 2 and a sentence', { timeout: 120_000 }, async () => {
  const [good, bad, stray, both] = await Promise.all([
    command(folder, 'check', '--weights', 'own.safetensors', '--text', 'abc.txt', '--t', '4', '--report', 'r.html'),
    command(folder, 'check', '--weights', 'own.safetensors', '--text', 'strange.txt', '--t', '4'),
    command(folder, 'check', '--text', 'abc.txt'),
    command(folder, 'check', '--weights', 'own.safetensors', '--text', 'abc.txt', '--data', 'long.npy'),
  ]);
  expect([good.code, good.err]).toEqual([0, '']);
  expect(good.out).toContain("weights   own.safetensors · lstm of Throughline's\n");
  expect(good.out).toMatch(/4 What did it learn\?.*\n {2}\d\.\d{3} bits per character/);
  expect(readFileSync(join(folder, 'r.html'), 'utf8')).toContain('bits per character');
  expect([bad.code, bad.out, bad.err]).toEqual([
    2,
    '',
    'throughline: strange.txt: has "x" at character 6, which the vocabulary of own.safetensors lacks. Take it out of the text, or give another text.\n',
  ]);
  expect([stray.code, stray.err]).toEqual([2, 'throughline: --text goes with --weights: name a trained model.\n']);
  expect([both.code, both.err]).toEqual([2, 'throughline: --text and --data are two inputs. Give one of them.\n']);
});

import { flatten, key, normal, sigmoid, tanh } from '@throughline/autograd';
import {
  type AnyCell,
  affine,
  defineCell,
  gate,
  gru,
  gruResetBefore,
  lstm,
  rnn,
  rnnRelu,
  unroll,
} from '@throughline/rnn';
import { projectedLstm } from '@throughline/rnn/cells';
import { stacked } from '@throughline/rnn/sequences';
import { ones, type Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import {
  fromKeras,
  fromPytorch,
  readSafetensors,
  recognizeDialect,
  toKeras,
  toPytorch,
  twoBiases,
  writeSafetensors,
} from '../index.ts';

const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
const erase = (cell: unknown): AnyCell => cell as AnyCell;
const dims = { I: 3, H: 4 };
const bits = (tree: unknown): unknown[] => {
  const { leaves, paths } = flatten('test', tree);
  const named = leaves.map((leaf, i) => [paths[i] as string, leaf.shape, [...leaf.toTypedArray()]] as const);
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1));
};

const cells: readonly (readonly [string, AnyCell, object])[] = [
  ['rnn', erase(rnn), {}],
  ['rnnRelu', erase(rnnRelu), { nonlinearity: 'relu', activation: 'relu' }],
  ['lstm', erase(lstm), {}],
  ['gru', erase(gru), {}],
];

describe.each(cells)('%s', (_, cell, options) => {
  const two = twoBiases(cell);
  const layersOf = (one: AnyCell) =>
    [0, 1].map((layer) => {
      const sizes = { ...dims, I: layer === 0 ? dims.I : 2 * dims.H };
      return { forward: one.init(key(2 * layer), sizes), backward: one.init(key(2 * layer + 1), sizes) };
    });

  test('through PyTorch and a file and back: every bit, one bias or two, layers and directions', () => {
    for (const [one, biases] of [
      [cell, 1],
      [two, 2],
    ] as const) {
      const layers = layersOf(one);
      const bytes = writeSafetensors(toPytorch(one, layers, { prefix: 'encoder.' }));
      const back = fromPytorch(readSafetensors(bytes).tensors, { ...options, biases });
      expect([back.dims, back.bidirectional, back.cell.name]).toEqual([{ I: 3, H: 4, layers: 2 }, true, cell.name]);
      expect(bits(back.layers)).toEqual(bits(layers));
    }
  });

  test('through Keras and a file and back', () => {
    const layers = layersOf(cell);
    const back = fromKeras(
      readSafetensors(writeSafetensors(toKeras(cell, layers, { prefix: 'sequential/' }))).tensors,
      options,
    );
    expect(bits(back.layers)).toEqual(bits(layers));
  });

  test('PyTorch to Keras and back is the same function to 1e-12, and with biases as they were for the GRU', () => {
    const original = fromPytorch(toPytorch(two, two.init(key(3), dims)), options);
    const there = fromKeras(toKeras(original.cell, original.params), options);
    const again = fromPytorch(toPytorch(there.cell, there.params), options);
    const xs = normal(key(4), [5, 2, 3]);
    const [a, b] = [two, again.cell].map(
      (one, i) => unroll(one, i === 0 ? two.init(key(3), dims) : again.params, xs).out,
    ) as [Tensor, Tensor];
    expect(a.sub(b).abs().max().item()).toBeLessThan(1e-12);
  });
});

test('what stacked makes goes to PyTorch and Keras and comes back; a projection to PyTorch', () => {
  const stack = stacked(lstm, dims, { layers: 2, bidirectional: true });
  const params = stack.init(key(5));
  const [torch, keras] = [fromPytorch(toPytorch(lstm, params)), fromKeras(toKeras(lstm, params))];
  expect(bits(torch.stack)).toEqual(bits(params));
  expect(bits(keras.stack)).toEqual(bits(params));
  const projected = projectedLstm.init(key(5), { ...dims, P: 2 });
  const back = fromPytorch(toPytorch(projectedLstm, projected));
  expect([back.kind, back.dims]).toEqual(['projectedLstm', { I: 3, H: 4, P: 2, layers: 1 }]);
  expect(bits(back.params)).toEqual(bits(projected));
  expect(message(() => toKeras(projectedLstm, projected))).toBe(
    "toKeras: projectedLstm cannot be converted: Keras's LSTM has no projection. Write the parameters as they are, with writeSafetensors.",
  );
  const learned = stacked(gru, dims, { layers: 1, learnedStart: true }).init(key(1));
  expect(message(() => toPytorch(gru, learned as never))).toBe(
    "toPytorch: layer0 has a learned start, which is no parameter of other frameworks' layers. Give it to them as their initial state, and write { cell } here.",
  );
});

test('gruResetBefore goes through Keras alone', () => {
  const params = gruResetBefore.init(key(1), dims);
  const back = fromKeras(toKeras(gruResetBefore, params));
  expect(back.kind).toBe('gruResetBefore');
  expect(bits(back.params)).toEqual(bits(params));
});

test('a cell of the user’s that computes the same is recognised by what it does', () => {
  const mine = defineCell({
    name: 'mine',
    params: { f: gate(), i: gate(), o: gate(), g: gate() },
    state: ['h', 'c'],
    step(p, { h, c }, x) {
      const next = sigmoid(affine(p.f, x, h))
        .mul(c)
        .add(sigmoid(affine(p.i, x, h)).mul(tanh(affine(p.g, x, h))));
      const out = tanh(next).mul(sigmoid(affine(p.o, x, h)));
      return { state: { h: out, c: next }, out };
    },
  });
  expect(fromPytorch(toPytorch(mine, mine.init(key(1), dims))).kind).toBe('lstm');
});

test('what stands around the recurrent layers is found, and what does not fit is named', () => {
  const own = toPytorch(lstm, lstm.init(key(1), dims), { prefix: 'rnn.' });
  const model = {
    ...own,
    'emb.weight': ones([9, 3]),
    'head.weight': ones([9, 4]),
    'head.bias': ones([9]),
    'other.weight': ones([2, 2]),
  };
  const { embedding, linear, unused, notices } = fromPytorch(model);
  expect([embedding?.W.shape, linear?.W.shape, linear?.b.shape, unused]).toEqual([
    [9, 3],
    [4, 9],
    [9],
    ['other.weight'],
  ]);
  expect(notices).toEqual(['bias_ih + bias_hh are one b: the same outputs; { biases: 2 } keeps both, for training on']);
  const twoHeads = fromPytorch({ ...model, 'second.weight': ones([1, 4]), 'second.bias': ones([1]) });
  expect([twoHeads.linear, twoHeads.unused.length]).toEqual([null, 5]);
  // An embedding as wide as the state is told from a linear layer by the bias, or by its name.
  const square = toPytorch(rnn, rnn.init(key(1), { I: 4, H: 4 }));
  expect(
    fromPytorch({ ...square, 'embedding.weight': ones([9, 4]), 'fc.weight': ones([9, 4]) }).embedding?.W.shape,
  ).toEqual([9, 4]);
});

test('names tell whose they are', () => {
  expect(recognizeDialect(toPytorch(gru, gru.init(key(1), dims)))).toBe('pytorch');
  expect(recognizeDialect(toKeras(gru, gru.init(key(1), dims)))).toBe('keras');
  expect(recognizeDialect({ w: ones([1]) })).toBe(null);
});

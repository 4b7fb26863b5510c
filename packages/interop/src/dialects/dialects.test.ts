import { flatten, key, normal, sigmoid, sin, tanh } from '@throughline/autograd';
import {
  type AnyCell,
  affine,
  defineCell,
  elman,
  gate,
  gru,
  gruResetBefore,
  lstm,
  rnn,
  rnnRelu,
  unroll,
} from '@throughline/rnn';
import { peepholeLstm, projectedLstm } from '@throughline/rnn/cells';
import { stacked } from '@throughline/rnn/sequences';
import { ones, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import {
  fromKeras,
  fromPytorch,
  readSafetensors,
  recognizeDialect,
  type StateDict,
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

const torch = toPytorch(lstm, lstm.init(key(1), dims), { prefix: 'lstm.' });
const without = (dict: StateDict, name: string): StateDict =>
  Object.fromEntries(Object.entries(dict).filter(([one]) => one !== name));
const torchGru = toPytorch(gru, gru.init(key(1), dims));
const keras = toKeras(lstm, lstm.init(key(1), dims));
const after = toKeras(gru, gru.init(key(1), dims));
const before = toKeras(gruResetBefore, gruResetBefore.init(key(1), dims));
const peephole = peepholeLstm;

test.each([
  [
    () => fromPytorch(null as never),
    'fromPytorch: takes a record of tensors, got null. Give tensors by name: readSafetensors(bytes).tensors.',
  ],
  [
    () => fromPytorch(readSafetensors(writeSafetensors(torch)) as never),
    'fromPytorch: got a file with its metadata. Give tensors by name: readSafetensors(bytes).tensors.',
  ],
  [
    () => fromPytorch({ a: 1 as never }),
    'fromPytorch: "a" is a number, not a tensor. Give tensors by name: readSafetensors(bytes).tensors.',
  ],
  [
    () => fromPytorch({}),
    'fromPytorch: finds no recurrent layer: the record is empty. PyTorch calls its arrays weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0.',
  ],
  [
    () => fromPytorch({ 'fc.weight': ones([1]) }),
    'fromPytorch: finds no recurrent layer: there are fc.weight. PyTorch calls its arrays weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0.',
  ],
  [() => fromPytorch(keras), "fromPytorch: lstm/lstm_cell/recurrent_kernel is a name of Keras's. Use fromKeras."],
  [
    () => fromPytorch({ 'cell.f.U': ones([1]) }),
    'fromPytorch: cell.f.U is a name of ours: these parameters are in our layout already. Use nested(tensors).',
  ],
  [
    () => fromPytorch({ ...torch, ...toPytorch(gru, gru.init(key(1), dims), { prefix: 'decoder.' }) }),
    "fromPytorch: there are recurrent layers under lstm. and decoder.. Choose one with { prefix: 'lstm.' }.",
  ],
  [
    () => fromPytorch(torch, { prefix: 'gru.' }),
    'fromPytorch: there is no recurrent layer under gru.; there is under lstm..',
  ],
  [
    () => fromPytorch(without(torch, 'lstm.weight_hh_l0')),
    'fromPytorch: lstm.weight_hh_l0 is missing; there are lstm.weight_ih_l0, lstm.bias_ih_l0 and lstm.bias_hh_l0. Save the whole state_dict().',
  ],
  [
    () => fromPytorch(without(torch, 'lstm.bias_hh_l0')),
    'fromPytorch: lstm.bias_hh_l0 is missing; there are lstm.weight_ih_l0, lstm.weight_hh_l0 and lstm.bias_ih_l0. Save the whole state_dict().',
  ],
  [
    () => fromPytorch({ weight_hh_l99999999999: ones([4, 1]) }),
    'fromPytorch: weight_ih_l0 is missing; there are weight_hh_l99999999999. Save the whole state_dict().',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.weight_hr_l0': ones([2, 4]) }),
    'fromPytorch: lstm.weight_hr_l0 is f64[2,4]; nn.LSTM(proj_size) with I = 3, H = 4 has [4,4] there.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.weight_ci_l0': ones([4]) }),
    'fromPytorch: lstm.weight_ci_l0 is a peephole, which nn.LSTM does not have. Read such a file with readSafetensors, and set the parameters by hand.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.norm.weight': ones([4]) }),
    'fromPytorch: lstm.norm.weight is no array of nn.RNN, nn.LSTM or nn.GRU: this module computes something else.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.bias_ih_l0': ones([4]) }),
    'fromPytorch: lstm.bias_ih_l0 is f64[4]; nn.LSTM with I = 3, H = 4 has [16] there.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.weight_ih_l0': ones([12, 3]) }),
    'fromPytorch: lstm.weight_ih_l0 is f64[12,3]; nn.LSTM with I = 3, H = 4 has [16,3] there.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.weight_hh_l0': ones([15, 4]) }),
    'fromPytorch: lstm.weight_hh_l0 is f64[15,4], not [G·H, H] for a whole number of gates G.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.weight_hh_l0': ones([20, 4]) }),
    'fromPytorch: lstm.weight_hh_l0 has 5 gates of 4 rows; nn.RNN has 1, nn.GRU 3, nn.LSTM 4.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.bias_ih_l0': ones([16], 'float32') }),
    'fromPytorch: lstm.bias_ih_l0 is f32[16], lstm.weight_ih_l0 is f64[16,3]: dtypes differ. Convert one with cast.',
  ],
  [
    () => fromPytorch({ ...torch, 'lstm.weight_ih_l0': ones([16, 3], 'int32') }),
    "fromPytorch: lstm.weight_ih_l0 is i32[16,3]; parameters are floats. Convert with cast(x, 'float64').",
  ],
  [
    () => fromPytorch(torch, { nonlinearity: 'relu' }),
    'fromPytorch: nonlinearity is that of an nn.RNN; this is an nn.LSTM, by its 4 gates.',
  ],
  [() => fromKeras(torch), "fromKeras: lstm.weight_hh_l0 is a name of PyTorch's. Use fromPytorch."],
  [
    () => fromKeras({}),
    'fromKeras: finds no recurrent layer: the record is empty. Keras calls its variables lstm/lstm_cell/kernel, lstm/lstm_cell/recurrent_kernel, lstm/lstm_cell/bias.',
  ],
  [
    () => fromKeras(keras, { prefix: 'gru' }),
    'fromKeras: finds no recurrent layer under gru: there are lstm/lstm_cell/kernel, lstm/lstm_cell/recurrent_kernel and lstm/lstm_cell/bias. Keras calls its variables lstm/lstm_cell/kernel, lstm/lstm_cell/recurrent_kernel, lstm/lstm_cell/bias.',
  ],
  [
    () => fromKeras(without(keras, 'lstm/lstm_cell/kernel')),
    'fromKeras: lstm/lstm_cell/kernel is missing; there are lstm/lstm_cell/recurrent_kernel and lstm/lstm_cell/bias. Save all variables of the layer.',
  ],
  [
    () => fromKeras({ ...keras, 'lstm/lstm_cell/peephole': ones([4]) }),
    'fromKeras: lstm/lstm_cell/peephole is no variable of SimpleRNN, LSTM or GRU: this cell computes something else.',
  ],
  [
    () => fromKeras({ ...keras, ...after }),
    "fromKeras: gru/gru_cell/ and lstm/lstm_cell/ are layers of different kinds or widths. Take each by itself: { prefix: 'lstm/lstm_cell/' }.",
  ],
  [
    () => fromKeras(after, { resetAfter: false }),
    'fromKeras: gru/gru_cell/bias is f64[2,12], which is reset_after=True: r ⊙ (h U) is not (r ⊙ h) U. Leave resetAfter out.',
  ],
  [
    () => fromKeras(before, { resetAfter: true }),
    'fromKeras: gru/gru_cell/bias is f64[12], which is reset_after=False: r ⊙ (h U) is not (r ⊙ h) U. Leave resetAfter out.',
  ],
  [
    () => fromKeras(without(before, 'gru/gru_cell/bias')),
    "fromKeras: gru/gru_cell/recurrent_kernel is a GRU's, without bias: its weights do not tell whether it resets before or after the product. Say { resetAfter: true } or { resetAfter: false }.",
  ],
  [
    () => fromKeras({ ...after, 'gru/gru_cell/bias': ones([3, 12]) }),
    "fromKeras: gru/gru_cell/bias is f64[3,12]; a GRU's bias is [3·H], or [2, 3·H] with reset_after.",
  ],
  [
    () => fromKeras(keras, { activation: 'relu' }),
    "fromKeras: lstm/lstm_cell/recurrent_kernel has 4 gates, so it is no SimpleRNN: our lstm and gru have tanh, as Keras's do unless told otherwise. An activation of relu there cannot be converted.",
  ],
  [
    () =>
      fromKeras({
        'a/backward_lstm/lstm_cell/recurrent_kernel': ones([4, 16]),
        'a/backward_lstm/lstm_cell/kernel': ones([3, 16]),
      }),
    'fromKeras: a/backward_lstm/lstm_cell/recurrent_kernel has no forward direction beside it. Save all variables of the Bidirectional layer.',
  ],
  [
    () => toPytorch(gruResetBefore, gruResetBefore.init(key(1), dims)),
    'toPytorch: gruResetBefore cannot be converted: nn.GRU resets after the product with U, and r ⊙ (h U) is not (r ⊙ h) U. Train gru instead, or write it for Keras: toKeras takes it.',
  ],
  [
    () => toPytorch(peephole, peephole.init(key(1), dims)),
    'toPytorch: peepholeLstm cannot be converted: nn.LSTM has no peepholes. Write the parameters as they are, with writeSafetensors.',
  ],
  [
    () => toKeras(peephole, peephole.init(key(1), dims)),
    "toKeras: peepholeLstm cannot be converted: Keras's LSTM has no peepholes. Write the parameters as they are, with writeSafetensors.",
  ],
  [
    () => toPytorch(elman({ activation: sin }), rnn.init(key(1), dims)),
    "toPytorch: rnn computes what none of PyTorch's nn.RNN, nn.RNN(nonlinearity='relu'), nn.LSTM, nn.LSTM(proj_size) and nn.GRU does. Write its parameters as they are, with writeSafetensors.",
  ],
  [
    () => toPytorch(lstm, rnn.init(key(1), dims) as never),
    "toPytorch: the parameters of layer 0 have no f.W. Give lstm's parameters, or those of several layers as [{ forward, backward }, …] or as stacked has them.",
  ],
  [() => toPytorch(lstm, []), 'toPytorch: there is no layer to write.'],
  [
    () => toPytorch(lstm, { ...lstm.init(key(1), dims), f: { W: ones([3, 4]), U: zeros([4, 4]), b: tensor([1]) } }),
    'lstm.f.b: is f64[1], and f.W is f64[3,4]: axis 0 is H = 1, there H = 4.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

test('layers of different widths are refused', () => {
  const one = toPytorch(gru, gru.init(key(1), dims));
  const other = Object.fromEntries(
    Object.entries(toPytorch(gru, gru.init(key(2), { I: 4, H: 5 }))).map(([name, x]) => [
      name.replace('_l0', '_l1'),
      x,
    ]),
  );
  expect(message(() => fromPytorch({ ...one, ...other }))).toBe(
    'fromPytorch: weight_hh_l1 is f64[15,5]; nn.GRU with I = 4, H = 4 has [12,4] there.',
  );
  const back = {
    ...torchGru,
    ...Object.fromEntries(Object.entries(torchGru).map(([name, x]) => [`${name}_reverse`, x])),
  };
  const second = Object.fromEntries(
    Object.entries(toPytorch(gru, gru.init(key(2), { I: 8, H: 4 }))).map(([name, x]) => [
      name.replace('_l0', '_l1'),
      x,
    ]),
  );
  expect(message(() => fromPytorch({ ...back, ...second }))).toBe(
    'fromPytorch: weight_ih_l1 has no backward direction, the first layer has one.',
  );
  expect(Object.keys(fromPytorch(back).layers[0]?.backward ?? {})).toEqual(['r', 'z', 'n']);
});

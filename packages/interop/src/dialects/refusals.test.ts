import { key, sin } from '@throughline/autograd';
import { elman, gru, gruResetBefore, lstm, rnn } from '@throughline/rnn';
import { peepholeLstm } from '@throughline/rnn/cells';
import { ones, tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import {
  fromKeras,
  fromPytorch,
  readSafetensors,
  type StateDict,
  toKeras,
  toPytorch,
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
const dims = { I: 3, H: 4 };

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

import { affine, defineCell, gate, mean, param, sigmoid, sqrt, square, type Tensor, tanh } from 'throughline';

const EPSILON = 1e-5;

/** Each row to mean 0 and variance 1, then scaled and shifted. */
function layerNorm(x: Tensor, { gain, shift }: { readonly gain: Tensor; readonly shift: Tensor }): Tensor {
  const centred = x.sub(mean(x, 1, { keepDims: true }));
  const deviation = sqrt(mean(square(centred), 1, { keepDims: true }).add(EPSILON));
  return centred.div(deviation).mul(gain).add(shift);
}

const norm = { gain: param('H'), shift: param('H') };

/** An LSTM whose gates also see the cell state, each normalised, as is the cell state before it is shown. */
export const peepholeLstm = defineCell({
  name: 'peephole-lstm',
  params: {
    i: gate(),
    f: gate(),
    g: gate(),
    o: gate(),
    peep: { i: param('H'), f: param('H'), o: param('H') },
    norm: { i: norm, f: norm, g: norm, o: norm, c: norm },
  },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const i = sigmoid(layerNorm(affine(p.i, x, h).add(p.peep.i.mul(c)), p.norm.i));
    const f = sigmoid(layerNorm(affine(p.f, x, h).add(p.peep.f.mul(c)), p.norm.f));
    const g = tanh(layerNorm(affine(p.g, x, h), p.norm.g));
    const cNext = f.mul(c).add(i.mul(g));
    const o = sigmoid(layerNorm(affine(p.o, x, h).add(p.peep.o.mul(cNext)), p.norm.o));
    const hNext = o.mul(tanh(layerNorm(cNext, p.norm.c)));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, g, o } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h', 'f', 'i'] },
});

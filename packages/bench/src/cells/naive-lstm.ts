import { defineCell, gate, matmul, sigmoid, tanh } from 'throughline';

/** An LSTM as its equations stand in a paper: eight products, each gate with a matrix for the input and one for the state. */
export const naiveLstm = defineCell({
  name: 'naive-lstm',
  params: { i: gate(), f: gate(), g: gate(), o: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const i = sigmoid(matmul(x, p.i.W).add(matmul(h, p.i.U)).add(p.i.b));
    const f = sigmoid(matmul(x, p.f.W).add(matmul(h, p.f.U)).add(p.f.b));
    const g = tanh(matmul(x, p.g.W).add(matmul(h, p.g.U)).add(p.g.b));
    const o = sigmoid(matmul(x, p.o.W).add(matmul(h, p.o.U)).add(p.o.b));
    const cNext = f.mul(c).add(i.mul(g));
    const hNext = o.mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, g, o } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});

import { defineCell, matmul, param, sigmoid, split, tanh } from 'throughline';

/** An LSTM with its gates i, f, g, o beside each other in one matrix per operand, as a careful author packs them by hand. */
export const tidyLstm = defineCell({
  name: 'tidy-lstm',
  params: { W: param('IG'), U: param('HG'), b: param('G') },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const all = matmul(x, p.W).add(matmul(h, p.U)).add(p.b);
    const H = h.shape[1] ?? 0;
    const [i, f, g, o] = split(all, [H, H, H, H], 1) as [typeof h, typeof h, typeof h, typeof h]; // four sizes, four parts
    const cNext = sigmoid(f)
      .mul(c)
      .add(sigmoid(i).mul(tanh(g)));
    const hNext = sigmoid(o).mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext };
  },
});

import { affine, defineCell, gate, matmul, sigmoid, sub, tanh } from 'throughline';

/** A gated recurrent unit whose reset scales the recurrent product, as in PyTorch and cuDNN. */
export const gru = defineCell({
  name: 'bench-gru',
  params: { r: gate(), z: gate(), n: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const r = sigmoid(affine(p.r, x, h));
    const z = sigmoid(affine(p.z, x, h));
    const n = tanh(
      matmul(x, p.n.W)
        .add(p.n.b)
        .add(r.mul(matmul(h, p.n.U))),
    );
    const hNext = z.mul(h).add(sub(1, z).mul(n));
    return { state: { h: hNext }, out: hNext, taps: { r, z, n } };
  },
  belt: { state: 'h', keep: 'z', holding: ['r', 'z', 'n'] },
});

import { concat, matmul, sigmoid, split, tanh } from '@throughline/autograd';
import { layerNorm } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';
import { defineCell } from '../cell.ts';
import { constant } from '../init.ts';
import { gate, param } from '../params.ts';

/** A gate with gains: of what comes from the input, and of what comes from the state. */
const gained = () => ({ ...gate(), m: param('H', constant(1)), n: param('H', constant(1)) });

/**
 * The layer-normalised LSTM: the two products, and the cell state before it is read, have mean 0 and variance 1 over their
 * units.
 *
 * (a_f, a_i, a_o, a_g) = N(x W) ⊙ m + N(h U) ⊙ n + b, where N normalises the 4H numbers of the four gates together; then
 * f, i, o = σ(a), g = tanh(a_g), c′ = f ⊙ c + i ⊙ g, h′ = o ⊙ tanh(N(c′) ⊙ n_c + b_c). The paper's equations 20 to 22 of the
 * supplement: joint, not gate by gate as in TensorFlow's cell; its three shifts of the pre-activations are one b. N adds
 * 1e-5 to the variance. States h, c [B, H]; each gate has W [I, H], U [H, H], b, m, n [H]; n_c, b_c [H].
 * Source: Ba, Kiros, Hinton, "Layer normalization", 2016.
 * @example layerNormLstm.gates.join()   // f,i,o,g
 */
export const layerNormLstm = defineCell({
  name: 'layerNormLstm',
  params: {
    f: gained(),
    i: gained(),
    o: gained(),
    g: gained(),
    c: { n: param('H', constant(1)), b: param('H', constant(0)) },
  },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const gates = [p.f, p.i, p.o, p.g];
    const fromX = normalized(gates.map(({ W }) => matmul(x, W)));
    const fromH = normalized(gates.map(({ U }) => matmul(h, U)));
    const [forF, forI, forO, forG] = gates.map(({ m, n, b }, k) =>
      m
        .mul(fromX[k] as Tensor)
        .add(n.mul(fromH[k] as Tensor))
        .add(b),
    ) as [Tensor, Tensor, Tensor, Tensor]; // one each
    const [f, i, o, g] = [sigmoid(forF), sigmoid(forI), sigmoid(forO), tanh(forG)];
    const cNext = f.mul(c).add(i.mul(g));
    const hNext = o.mul(tanh(layerNorm(cNext, -1, { scale: p.c.n, shift: p.c.b })));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, o, g } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});

/** Several [B, H] as if they were one row of numbers each, with mean 0 and variance 1. */
function normalized(parts: readonly Tensor[]): Tensor[] {
  const widths = parts.map((part) => part.shape[1] as number); // [B, H]
  return split(layerNorm(concat(parts, 1)), widths, 1);
}

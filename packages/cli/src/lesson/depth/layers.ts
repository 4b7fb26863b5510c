import { add, foldIn, matmul, mul, normal, relu, sigmoid, sub, tanh } from '@throughline/autograd';
import { dotProductAttention, gelu, layerNorm } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';

/** A layer [rows, n] → [rows, n] with weights drawn from a key; `additive` says whether what came in is added. */
export type DrawnLayer = (key: Tensor, x: Tensor, additive: boolean) => Tensor;

/** A family of deep nets: their layers have weights of their own, so depth stands where time stood. */
export interface Stack {
  readonly name: string;
  /** Rows that a layer mixes: one, or the places of a sequence. */
  readonly rows: number;
  readonly layer: DrawnLayer;
}

/** Normal weights of variance gain²/n, so that a layer keeps sizes about as they are. */
const weights = (key: Tensor, place: number, [from, to]: readonly [number, number], gain = 1): Tensor =>
  mul(normal(foldIn(key, place), [from, to]), gain / Math.sqrt(from));

const widthOf = (x: Tensor): number => x.shape.at(-1) as number; // [rows, n]

/**
 * A highway layer: t ⊙ tanh(x W) + (1 − t) ⊙ x with t = σ(x V + bias); without the path tanh(x W).
 * Source: Srivastava, Greff, Schmidhuber, "Highway networks", 2015.
 */
export const highwayStack = (bias: number): Stack => ({
  name: `highway, bias ${String(bias).replace('-', '−')}`,
  rows: 1,
  layer(key, x, additive) {
    const n = widthOf(x);
    const candidate = tanh(matmul(x, weights(key, 1, [n, n])));
    if (!additive) return candidate;
    const t = sigmoid(add(matmul(x, weights(key, 2, [n, n])), bias));
    return add(mul(t, candidate), mul(sub(1, t), x));
  },
});

/**
 * A residual layer: x + relu(x V) W, at He's scale; without the path relu(x V) W.
 * Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016.
 */
export const residualStack: Stack = {
  name: 'ResNet',
  rows: 1,
  layer(key, x, additive) {
    const n = widthOf(x);
    const inner = matmul(relu(matmul(x, weights(key, 1, [n, n], Math.SQRT2))), weights(key, 2, [n, n]));
    return additive ? add(x, inner) : inner;
  },
};

/**
 * A Transformer layer with the norm first: y = x + attention(norm x), y + mlp(norm y), causal, one head; without the paths
 * each of the two replaces what it reads.
 * Source: Vaswani et al., "Attention is all you need", 2017; Xiong et al., "On layer normalization in the Transformer
 * architecture", 2020.
 */
export const transformerStack: Stack = {
  name: 'Transformer',
  rows: 4,
  layer(key, x, additive) {
    const n = widthOf(x);
    const seen = layerNorm(x);
    const by = (place: number, from: Tensor): Tensor => matmul(from, weights(key, place, [widthOf(from), n]));
    const attended = by(4, dotProductAttention(by(1, seen), by(2, seen), by(3, seen), { causal: true }));
    const y = additive ? add(x, attended) : attended;
    const inner = by(6, gelu(matmul(layerNorm(y), weights(key, 5, [n, 2 * n]))));
    return additive ? add(y, inner) : inner;
  },
};

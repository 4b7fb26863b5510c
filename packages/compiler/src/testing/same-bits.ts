import {
  add,
  div,
  flatten,
  foldIn,
  key,
  matmul,
  mean,
  mul,
  normal,
  reshape,
  scan,
  sigmoid,
  split,
  sqrt,
  square,
  sub,
  tanh,
  valueAndGrad,
} from '@throughline/autograd';
import { ones, type Tensor, zeros } from '@throughline/tensor';
import { compile } from '../index.ts';

/** What `trainedBits` gives wherever it runs, on any number of threads. Node 20 made these; other engines have to agree. */
export const expectedBits = {
  strict: {
    float32: 'aeecf120e1352f94a9b9491005158281407ba621aacd35c18994b0719e03b93e',
    float64: '45fffe9ab7d7d9a228e4448397c60869935b1152d5f11e3ab5e4ebb11860191c',
  },
  default: {
    float32: '867b343b79a6b287cfc18f7b4fa6d27548bb4355a8e0913f9becb3efb1a6d09b',
    float64: '733747b489120e372697a2761659bc403957e62dc739d3dd0005ff92ce0e7b06',
  },
};
export type Mode = keyof typeof expectedBits;
export type Float = 'float32' | 'float64';

const [T, B, I, H] = [11, 16, 7, 20];

/** W, U, b of an LSTM and V that reads its last output. */
type Params = readonly [Tensor, Tensor, Tensor, Tensor];
interface State {
  readonly params: Params;
  readonly m: Params;
  readonly v: Params;
  /** β₁ᵗ and β₂ᵗ. */
  readonly decay: readonly [Tensor, Tensor];
}

const each = (f: (i: 0 | 1 | 2 | 3) => Tensor): Params => [f(0), f(1), f(2), f(3)];

function initial(dtype: Float): State {
  const shapes = [[I, 4 * H], [H, 4 * H], [4 * H], [H, 1]] as const;
  const blank = each((i) => zeros(shapes[i], dtype));
  const params = each((i) => mul(normal(foldIn(key(4), i), shapes[i], { dtype }), 0.3));
  return { params, m: blank, v: blank, decay: [ones([], dtype), ones([], dtype)] };
}

/** An LSTM from primitives; the loss compares a reading of its last output with the mean of its inputs. */
function loss([W, U, b, V]: Params, xs: Tensor): Tensor {
  const still = zeros([B, H], V.dtype);
  const { carry } = scan(
    ({ h, c }: { h: Tensor; c: Tensor }, x: Tensor) => {
      const z = add(add(matmul(x, W), matmul(h, U)), b);
      const [i, f, o, g] = split(z, [H, H, H, H], 1) as [Tensor, Tensor, Tensor, Tensor]; // four sizes
      const next = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
      return { carry: { h: mul(sigmoid(o), tanh(next)), c: next }, y: {} };
    },
    { h: still, c: still },
    xs,
  );
  return mean(square(sub(matmul(carry.h, V), reshape(mean(xs, [0, 2]), [B, 1]))));
}

function adamStep({ params, m, v, decay }: State, xs: Tensor): State {
  const { grad } = valueAndGrad(loss)(params, xs);
  const means = each((i) => add(mul(m[i], 0.9), mul(grad[i] as Tensor, 0.1))); // floats have gradients
  const squares = each((i) => add(mul(v[i], 0.999), mul(square(grad[i] as Tensor), 0.001))); // as above
  const [first, second] = [mul(decay[0], 0.9), mul(decay[1], 0.999)];
  const next = each((i) => {
    const root = add(sqrt(div(squares[i], sub(1, second))), 1e-8);
    return sub(params[i], mul(div(div(means[i], sub(1, first)), root), 0.01));
  });
  return { params: next, m: means, v: squares, decay: [first, second] };
}

/** Trains a small LSTM by compiled steps of Adam, and returns the sha256 of its weights: one differing bit anywhere shows. */
export async function trainedBits(mode: Mode, dtype: Float, steps = 500): Promise<string> {
  const step = compile(adamStep, { reassociate: mode === 'default' });
  let state = initial(dtype);
  for (let t = 0; t < steps; t++) state = step(state, normal(foldIn(key(5), t), [T, B, I], { dtype }));
  const leaves = flatten('trainedBits', state.params).leaves.map((leaf) =>
    Uint8Array.from(new Uint8Array(leaf.toTypedArray().buffer)),
  );
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(leaves).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

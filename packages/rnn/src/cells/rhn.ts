import { matmul, sigmoid, sub, tanh } from '@throughline/autograd';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import { affine, type GateParams } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { constant } from '../init.ts';
import type { Initializer } from '../initializer.ts';
import { gate, type ParamSpecs, param } from '../params.ts';

/** How a recurrent highway net is made. */
export interface RhnOptions {
  /** The number of highway layers within one step; 3 by default. */
  readonly depth?: number;
  /** Where the biases of the transform gates start: −2 by default, so that layers pass on most of what they get. */
  readonly transferBias?: number;
}

/** What a layer above the first declares for each of its two maps: it does not see x. */
const inner = (bias?: Initializer) => ({ U: param('HH'), b: param('H', bias) });

/** What a map has: W too in the first layer. */
interface Weights {
  readonly W?: Tensor;
  readonly U: Tensor;
  readonly b: Tensor;
}
interface Layer {
  readonly n: Weights;
  readonly t: Weights;
}
const seesInput = (weights: Weights): weights is GateParams => weights.W !== undefined;

/**
 * The recurrent highway network: within a step the state goes through `depth` highway layers, of which the first sees x.
 *
 * s_0 = h; for l = 1 … depth: n_l = tanh(x W_n [l = 1] + s_{l−1} U_n + b_n), t_l = σ(x W_t [l = 1] + s_{l−1} U_t + b_t),
 * s_l = t_l ⊙ n_l + (1 − t_l) ⊙ s_{l−1}; h′ = s_depth. The carry gate is 1 − t, as in the paper's experiments. State h [B, H];
 * l1.n and l1.t have W [I, H], U [H, H], b [H], the layers l2 … U and b alone. Taps n1, t1, … The belt: ∏ (1 − t_l), with
 * every n_l and t_l held.
 * Source: Zilly, Srivastava, Koutník, Schmidhuber, "Recurrent highway networks", 2017.
 * @throws ArgumentError unless depth is an integer ≥ 1.
 * @example Object.keys(rhn({ depth: 2 }).init(key(1), { I: 2, H: 3 })).join()   // l1,l2
 */
export function rhn({ depth = 3, transferBias = -2 }: RhnOptions = {}) {
  if (!Number.isInteger(depth) || depth < 1)
    throw new ArgumentError('rhn', `depth is ${depth}, not a count of at least 1.`);
  const layers = Array.from({ length: depth }, (_, l) => l + 1);
  const bias = constant(transferBias);
  const params: ParamSpecs = Object.fromEntries(
    layers.map((l) => [`l${l}`, l === 1 ? { n: gate(), t: gate({ bias }) } : { n: inner(), t: inner(bias) }]),
  );
  return defineCell({
    name: 'rhn',
    params,
    state: ['h'],
    step(p, { h }, x) {
      const taps: { [name: string]: Tensor } = {};
      let s = h;
      let keep: Tensor | undefined;
      for (const l of layers) {
        const layer = p[`l${l}`] as unknown as Layer; // as declared above
        const a = (w: Weights): Tensor => (seesInput(w) ? affine(w, x, s) : matmul(s, w.U).add(w.b));
        const [n, t] = [tanh(a(layer.n)), sigmoid(a(layer.t))];
        const carry = sub(1, t);
        s = t.mul(n).add(carry.mul(s));
        keep = keep === undefined ? carry : keep.mul(carry);
        Object.assign(taps, { [`n${l}`]: n, [`t${l}`]: t, keep });
      }
      return { state: { h: s }, out: s, taps };
    },
    belt: { state: 'h', keep: 'keep', holding: layers.flatMap((l) => [`n${l}`, `t${l}`]) },
  });
}

import { broadcastTo, sigmoid, sub, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { zeros } from '../initializers.ts';
import { gate, param } from '../params.ts';

/**
 * The leaky net: units with a time constant each, learned, and no gates.
 *
 * α = σ(rate), n = tanh(x W + h U + b), h′ = (1 − α) ⊙ h + α ⊙ n: an Elman net in which time goes by α at every step. State
 * h [B, H]; W [I, H], U [H, H], b, rate [H]. rate starts at 0, α at 1/2; with a fixed α it is the leaky-integrator unit of
 * echo state networks. A gate is what this becomes when α may depend on the input.
 * Source: Jaeger, Lukoševičius, Popovici, Siewert, "Optimization and applications of echo state networks with
 * leaky-integrator neurons", 2007; Tallec, Ollivier, "Can recurrent neural networks warp time?", 2018.
 * @example leaky.init(key(1), { I: 2, H: 3 }).rate   // f64[3] [0, 0, 0]
 */
export const leaky = defineCell({
  name: 'leaky',
  params: { n: gate(), rate: param('H', zeros) },
  state: ['h'],
  step(p, { h }, x) {
    const alpha = sigmoid(p.rate);
    const n = tanh(affine(p.n, x, h));
    const keep = broadcastTo(sub(1, alpha), h.shape);
    const hNext = keep.mul(h).add(alpha.mul(n));
    return { state: { h: hNext }, out: hNext, taps: { n, keep } };
  },
  belt: { state: 'h', keep: 'keep', holding: ['n'] },
});

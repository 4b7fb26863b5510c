import { broadcastTo, sigmoid } from '@throughline/autograd';
import { full, type Tensor } from '@throughline/tensor';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/** The squashing of what is written: a sigmoid from −2 to 2. */
export const squashIn = (a: Tensor): Tensor => sigmoid(a).mul(4).sub(2);

/** The squashing of what is read: a sigmoid from −1 to 1, which is tanh(a / 2). */
export const squashOut = (a: Tensor): Tensor => sigmoid(a).mul(2).sub(1);

/**
 * Long short-term memory as first published: an input and an output gate, and nothing that forgets.
 *
 * i = σ(x W_i + h U_i + b_i), o alike, g = 4 σ(x W_g + h U_g + b_g) − 2, c′ = c + i ⊙ g, h′ = o ⊙ (2 σ(c′) − 1): the paper's
 * ranges, [−2, 2] for g and [−1, 1] for h. Every memory block has one cell, and units see the cells' outputs;
 * `lstm1997Blocks` has the paper's blocks and wiring. Gradients are whole, not cut off at the gates as in the paper.
 * States h, c [B, H]; each gate has W [I, H], U [H, H], b [H]. The belt is the constant error carousel: c passes by 1.
 * Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997.
 * @example lstm1997.gates.join()   // i,o,g
 */
export const lstm1997 = defineCell({
  name: 'lstm1997',
  params: { i: gate(), o: gate(), g: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const i = sigmoid(affine(p.i, x, h));
    const o = sigmoid(affine(p.o, x, h));
    const g = squashIn(affine(p.g, x, h));
    const cNext = c.add(i.mul(g));
    const hNext = o.mul(squashOut(cNext));
    const carousel = broadcastTo(full([], 1, c.dtype), c.shape);
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { i, o, g, carousel } };
  },
  belt: { state: 'c', keep: 'carousel', holding: ['h'] },
});

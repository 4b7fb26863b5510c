/**
 * Exercise 8: an own cell (20 minutes)
 *
 * Design a recurrent cell with a line along which the gradient survives. Name that line as its `belt`: a state, the gate
 * that keeps it, and what has to be held for ∂s[t]/∂s[t−1] = diag(k[t]) to be true. It has to
 *
 *   - have gradients that agree with differences (they will: nothing is written by hand),
 *   - have a belt that `check` proves,
 *   - have a gate that can forget: it must not stand at 1,
 *   - need at most 60 % of the parameters of an LSTM of equal width,
 *   - leave a tenth of the gradient after 40 steps, before training.
 *
 * The cell below keeps a part of its state and adds something new. Why is ∂c[t]/∂c[t−1] not its gate?
 *
 *   npm run exercise 8              checks what stands here
 *   npm run exercise 8 -- --hint    if you are stuck
 */
import { affine, defineCell, gate, sigmoid, tanh } from 'throughline';

export const cell = defineCell({
  name: 'mine',
  params: { k: gate(), g: gate() },
  state: ['c'],
  step(p, { c }, x) {
    const k = sigmoid(affine(p.k, x, c));
    const cNext = tanh(k.mul(c).add(affine(p.g, x, c)));
    return { state: { c: cNext }, out: cNext, taps: { k } };
  },
  belt: { state: 'c', keep: 'k', holding: [] },
});

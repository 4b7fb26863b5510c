/**
 * Exercise 5: forget bias (15 minutes)
 *
 * An LSTM's forget gate decides how fast the cell state c forgets, and before training it is its bias that decides. With a
 * bias of 0 the gate stands at σ(0) = ½: after 59 steps 2⁻⁵⁹ is left along the belt. Choose how the biases start, so that
 *
 *   - of the gradient at step 60 between a twentieth and five times is left at step 1,
 *   - the units differ: some forget half within 8 steps, some keep it for more than 25,
 *   - and every gate can still be moved by training, f (1 − f) ≥ 0.001.
 *
 * `lstm.with` takes initialisers by gate and parameter: a number, or one of those under `initializers` (see
 * docs/cells.md). Parameters are [H] for a bias; b of the input gate may be tied to another by `minus('f.b')`.
 *
 *   npm run exercise 5              checks what stands here
 *   npm run exercise 5 -- --hint    if you are stuck
 */
import { lstm } from 'throughline';

export const memory = lstm.with({ f: { b: 0 } });

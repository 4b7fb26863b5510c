/**
 * Exercise 6: a leaky mask (15 minutes)
 *
 * Sequences of different lengths are put into one array [T, B, I] by padding the short ones. What stands in the padding
 * must not matter: the result for a sequence has to be what it would be alone, and so have the gradients. The function below
 * runs a GRU over a batch and returns the state of each sequence after its own last step. It sets the padding to zero
 * before it starts, as many do. Find out what leaks, and mend it.
 *
 *   npm run exercise 6              checks what stands here
 *   npm run exercise 6 -- --hint    if you are stuck
 */
import { gru, mul, type Tensor, tensor, unstack, zeros } from 'throughline';

type Params = ReturnType<typeof gru.init>;

/** The state [B, H] of each sequence after its last valid step; xs [T, B, I], lengths one per sequence, from 0 to T. */
export function lastStates(params: Params, xs: Tensor, lengths: readonly number[]): Tensor {
  const [width = 0] = params.n.b.shape;
  let h: Tensor = zeros([lengths.length, width]);
  for (const [t, x] of unstack(xs).entries()) {
    const valid = tensor(lengths.map((length) => [t < length ? 1 : 0])); // [B, 1]
    const { state } = gru.step(params, { h }, mul(x, valid));
    h = state.h;
  }
  return h;
}

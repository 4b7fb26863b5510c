import { gru, type Tensor, tensor, unstack, where, zeros } from 'throughline';

type Params = ReturnType<typeof gru.init>;

/** In the padding the state is held, so it is what it was after the last valid step. */
export function lastStates(params: Params, xs: Tensor, lengths: readonly number[]): Tensor {
  const [width = 0] = params.n.b.shape;
  let h: Tensor = zeros([lengths.length, width]);
  for (const [t, x] of unstack(xs).entries()) {
    const valid = tensor(lengths.map((length) => [t < length]));
    h = where(valid, gru.step(params, { h }, x).state.h, h);
  }
  return h;
}

import {
  broadcastTo,
  concat,
  foldIn,
  key,
  matmul,
  mean,
  mul,
  normal,
  reshape,
  square,
  sub,
  transpose,
  uniform,
} from '@throughline/autograd';
import { dotProductAttention } from '@throughline/autograd/nn';
import { type AnyCell, type ParamTree, unroll } from '@throughline/rnn';
import { linear } from '@throughline/rnn/layers';
import { eye, type Tensor } from '@throughline/tensor';
import { adam } from '@throughline/train';
import type { Work } from '../claim.ts';
import { fit } from '../fit.ts';
import { initReadout, type ReadoutParams, read } from '../gates/readout.ts';
import type { SequenceLayer, WrappedParams } from './wrapped.ts';

/** Numbers that come one per step, with their places one-hot; at the end all are to be said. */
interface SqueezeBatch {
  /** [K, B, 1 + K] */
  readonly inputs: Tensor;
  /** [B, K] */
  readonly targets: Tensor;
}

/** What reads the numbers and says them. */
export interface Squeezer<P> {
  readonly name: string;
  /** Numbers kept between the last input and the answer. */
  readonly state: number;
  init(key: Tensor, K: number): P;
  answer(params: P, inputs: Tensor): Tensor;
}

/** A cell whose last output is read out linearly: of H numbers K are made. */
export const cellSqueezer = (name: string, cell: AnyCell, H: number): Squeezer<ReadoutParams> => ({
  name,
  state: H,
  init: (from, K) => initReadout(cell, from, { I: K + 1, H, O: K }),
  answer(params, inputs) {
    const { out } = unroll(cell, params.cell, inputs);
    const [K, B] = out.shape as [number, number]; // [K, B, H]
    return read(params, reshape(out.slice([K - 1], [K]), [B, H]));
  },
});

/** The same of a layer of width D behind a linear map: K answers are made of D numbers. */
export const layerSqueezer = <P>(name: string, layer: SequenceLayer<P>, D: number): Squeezer<WrappedParams<P>> => ({
  name,
  state: D,
  init: (from, K) => ({
    into: linear({ I: K + 1, O: D }).init(foldIn(from, 1)),
    inner: layer.init(foldIn(from, 2)),
    out: linear({ I: D, O: K }).init(foldIn(from, 3)),
  }),
  answer({ into, inner, out }, inputs) {
    const [K, B] = inputs.shape as [number, number]; // [K, B, 1 + K]
    const xs = linear({ I: K + 1, O: D }).apply(into, inputs).out;
    const last = reshape(layer.apply(inner, xs).slice([K - 1], [K]), [B, D]);
    return linear({ I: D, O: K }).apply(out, last).out;
  },
});

/** Attention: every input is kept as a key of E numbers and a value; each answer has a query of its own. */
export const attentionSqueezer = (E: number, K: number): Squeezer<ParamTree> => ({
  name: 'attention',
  state: K * (E + 1),
  init(from, k) {
    const draw = (i: number, shape: readonly number[]): Tensor => normal(foldIn(from, i), shape);
    return { queries: draw(1, [k, E]), keys: draw(2, [k + 1, E]), values: mul(draw(3, [k + 1, 1]), 0.3) };
  },
  answer(params, inputs) {
    const [k, B] = inputs.shape as [number, number]; // [K, B, 1 + K]
    const { queries, keys, values } = params as { readonly [name: string]: Tensor }; // as init made them
    const flat = reshape(inputs, [k * B, k + 1]);
    const by = (w: Tensor, width: number): Tensor => reshape(matmul(flat, w), [k, B, width]);
    const asked = broadcastTo(reshape(queries as Tensor, [k, 1, E]), [k, B, E]); // as init made them
    const said = dotProductAttention(asked, by(keys as Tensor, E), by(values as Tensor, 1));
    return transpose(reshape(said, [k, B]));
  },
});

/** Trains on K numbers in [−1, 1] and gives what is left of their variance, of test sequences. */
export async function squeeze<P>(
  { init, answer }: Squeezer<P>,
  { K, seed, steps, batch, tests }: { K: number; seed: number; steps: number; batch: number; tests: number },
  work: Work,
  share: readonly [number, number],
): Promise<number> {
  const drawn = key(seed);
  const draw = (from: Tensor, B: number): SqueezeBatch => {
    const numbers = uniform(from, [K, B, 1], { low: -1, high: 1 });
    const places = broadcastTo(reshape(eye(K), [K, 1, K]), [K, B, K]);
    return { inputs: concat([numbers, places], 2), targets: transpose(reshape(numbers, [K, B])) };
  };
  // A third is the variance of a number in [−1, 1].
  const left = (params: P, { inputs, targets }: SqueezeBatch): Tensor =>
    mul(mean(square(sub(answer(params, inputs), targets))), 3);
  const { params } = await fit(
    {
      params: init(foldIn(drawn, 1), K),
      loss: left,
      batches: (_, from) => draw(from, batch),
      optimizer: adam({ rate: 0.02 }),
      steps,
      key: foldIn(drawn, 2),
      clip: 1,
    },
    work,
    { share },
  );
  return left(params, draw(foldIn(drawn, 3), tests)).item();
}

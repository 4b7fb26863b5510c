import {
  adam,
  addingProblem,
  at,
  clipByNorm,
  foldIn,
  gru,
  key,
  layer,
  linear,
  lstm,
  meanSquaredError,
  rnn,
  sequence,
  type Tensor,
  valueAndGrad,
} from 'throughline';
import { type Benchmark, timed } from './benchmark.ts';
import { measure } from './measure.ts';
import { tensorflow } from './peers/tensorflow.ts';
import { torch } from './peers/torch.ts';

const [T, B, H] = [60, 32, 16];

/** One whole step of the training that `throughline check` does. */
export const trainStep: Benchmark = {
  name: 'train-step',
  question: 'What does one training step of a recurrent net cost?',
  caveats: `The adding problem with T ${T}, batch ${B}, H ${H}, float64: drawing the batch, forward, backpropagation through all steps, clipping by norm, Adam; eager, one thread. A lie if the state were cut from the graph. Fused peers (cuDNN-like cells) do not say what a cell of your own would cost there.`,
  async *run() {
    for (const cell of [rnn, lstm, gru]) {
      yield timed(cell.name, 'throughline', 'ms/step', measure(stepOf(cell), { seconds: 3, warmUp: 2 }), 1e3);
    }
    yield* torch('train-step');
    yield* tensorflow('train-step');
  },
};

function stepOf(cell: typeof lstm | typeof gru | typeof rnn): () => number {
  const model = sequence(layer(cell as typeof lstm, { I: 2, H }), linear({ I: H, O: 1 })); // the three are used alike
  const optimizer = adam({ rate: 1e-2 });
  let params = model.init(key(7));
  let state = optimizer.init(params);
  let step = 0;
  const both = valueAndGrad((p: typeof params, inputs: Tensor, targets: Tensor) =>
    meanSquaredError(at(model.apply(p, inputs).out, -1), targets),
  );
  return () => {
    const { inputs, targets } = addingProblem({ T, batch: B, key: foldIn(key(1), ++step) });
    const { value, grad } = both(params, inputs, targets);
    ({ state, params } = optimizer.update(state, clipByNorm(grad, 1).grads, params));
    return value.item();
  };
}

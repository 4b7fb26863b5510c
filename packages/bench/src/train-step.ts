import {
  adam,
  addingProblem,
  at,
  clipByNorm,
  compile,
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
import { type Benchmark, type Result, timed } from './benchmark.ts';
import { measure } from './measure.ts';
import { tensorflow } from './peers/tensorflow.ts';
import { torch } from './peers/torch.ts';

const [T, B, H] = [60, 32, 16];

/** One whole step of the training that `throughline check` does. */
export const trainStep: Benchmark = {
  name: 'train-step',
  question: 'What does one training step of a recurrent net cost?',
  caveats: `The adding problem with T ${T}, batch ${B}, H ${H}, float64: drawing the batch, forward, backpropagation through all steps, clipping by norm, Adam; op by op, and as one compiled step whose state stays inside; one thread. A lie if the state were cut from the graph. Fused peers (cuDNN-like cells) do not say what a cell of your own would cost there.`,
  async *run() {
    for (const cell of [rnn, lstm, gru]) {
      const own = (who: string, compiled: boolean): Result =>
        timed(cell.name, who, 'ms/step', measure(stepOf(cell, compiled), { seconds: 3, warmUp: 2 }), 1e3);
      yield own('throughline, eager', false);
      yield own('throughline, compiled', true);
    }
    yield* torch('train-step');
    yield* tensorflow('train-step');
  },
};

function stepOf(cell: typeof lstm | typeof gru | typeof rnn, compiled: boolean): () => number {
  const model = sequence(layer(cell as typeof lstm, { I: 2, H }), linear({ I: H, O: 1 })); // the three are used alike
  const optimizer = adam({ rate: 1e-2 });
  const params = model.init(key(7));
  let own = { params, state: optimizer.init(params) };
  let count = 0;
  const both = valueAndGrad((p: typeof params, inputs: Tensor, targets: Tensor) =>
    meanSquaredError(at(model.apply(p, inputs).out, -1), targets),
  );
  const step = (before: typeof own, inputs: Tensor, targets: Tensor) => {
    const { value, grad } = both(before.params, inputs, targets);
    return { state: optimizer.update(before.state, clipByNorm(grad, 1).grads, before.params), aux: value };
  };
  const inside = compiled ? compile(step, { state: own, threads: 1 }) : null;
  return () => {
    const { inputs, targets } = addingProblem({ T, batch: B, key: foldIn(key(1), ++count) });
    if (inside !== null) return inside(inputs, targets).item();
    const { state, aux } = step(own, inputs, targets);
    own = state;
    return aux.item();
  };
}

import { at, flatten, foldIn, key } from '@throughline/autograd';
import { chrono, layer, linear, lstm, minus, sequence } from '@throughline/rnn';
import { finish, train } from '../loop.ts';
import { meanSquaredError } from '../losses.ts';
import { adam } from '../optimizers/adam.ts';
import { addingProblem } from '../tasks/adding-problem.ts';

/** What `trainedBits` gives, wherever it runs. Both numbers were made by Node 20; another engine has to agree. */
export const expectedBits = {
  float64: 'a181a013a47d8cfedee3f8bdc62f307c2633648d16228796b8750238e3481019',
  float32: '213a0165098aa6cf89c83d5f9c75c8f14fbd8d5994d00db41b9b496f64d80fb4',
};

/**
 * Trains a small LSTM and returns the sha256 of its weights: through initialisers, random keys, scan, matrix products, the
 * elementary functions, the reverse sweep, clipping and Adam, so that one differing bit anywhere shows.
 */
export async function trainedBits(dtype: 'float64' | 'float32'): Promise<string> {
  const cell = lstm.with({ f: { b: chrono(12) }, i: { b: minus('f.b') } });
  const model = sequence(layer(cell, { I: 2, H: 5 }), linear({ I: 5, O: 1 }));
  const { params } = await finish(
    train({
      params: model.init(key(7), { dtype }),
      loss: (p, { inputs, targets }: ReturnType<typeof addingProblem>) =>
        meanSquaredError(at(model.apply(p, inputs).out, -1), targets),
      batches: (_, k) => addingProblem({ T: 12, batch: 3, key: k, dtype }),
      optimizer: adam({ rate: 1e-2 }),
      clip: 1,
      steps: 20,
      key: foldIn(key(7), 1),
    }),
  );
  const leaves = flatten('trainedBits', params).leaves.map((leaf) =>
    Uint8Array.from(new Uint8Array(leaf.toTypedArray().buffer)),
  );
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(leaves).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

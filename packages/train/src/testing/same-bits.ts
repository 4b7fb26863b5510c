import { at, flatten, foldIn, key } from '@throughline/autograd';
import { chrono, lstm, minus } from '@throughline/rnn';
import { layer, linear, sequence } from '@throughline/rnn/layers';
import { finish, train } from '../loop.ts';
import { meanSquaredError } from '../losses.ts';
import { adam } from '../optimizers/adam.ts';
import { addingProblem } from '../tasks/adding-problem.ts';

/** How it is trained: element type, and whether the steps are compiled, which adds sums up in another order. */
export const ways = [
  ['float64', false],
  ['float64', true],
  ['float32', false],
  ['float32', true],
] as const;

/** What `trainedBits` gives, wherever it runs. Every number was made by Node 20; another engine has to agree. */
export const expectedBits: Readonly<Record<string, string>> = {
  'float64 false': 'a181a013a47d8cfedee3f8bdc62f307c2633648d16228796b8750238e3481019',
  'float64 true': 'db8b20b185c405f3bbd76385172e580faf20e69adeed805debbf84d62bdc86e2',
  'float32 false': '213a0165098aa6cf89c83d5f9c75c8f14fbd8d5994d00db41b9b496f64d80fb4',
  'float32 true': '922b542da7c7d25a917ada64042898434a9c2a5bd6f865be324ac2710d5ed812',
};

/**
 * Trains a small LSTM and returns the sha256 of its weights: through initialisers, random keys, scan, matrix products, the
 * elementary functions, the reverse sweep, clipping and Adam, so that one differing bit anywhere shows.
 */
export async function trainedBits(dtype: 'float64' | 'float32', compiled: boolean): Promise<string> {
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
      compiled,
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

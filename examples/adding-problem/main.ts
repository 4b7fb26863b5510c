// The adding problem: remember two marked numbers of a sequence and give their sum. The claim: after as many updates, an
// LSTM whose forget gate starts open (chrono) has less than a tenth of the error of one that starts half closed (bias 0).
// Measured at T 20: 0.0021 against 0.0445 for seed 1, 0.0081 against 0.1399 for seed 2.
import { pathToFileURL } from 'node:url';
import {
  adam,
  addingBaseline,
  addingProblem,
  chrono,
  finish,
  foldIn,
  key,
  linear,
  lstm,
  meanSquaredError,
  minus,
  type Tensor,
  train,
  unroll,
} from 'throughline';

const cells = {
  'bias 0': () => lstm.with({ f: { b: 0 } }),
  chrono: (T: number) => lstm.with({ f: { b: chrono(T) }, i: { b: minus('f.b') } }),
};

export interface Learned {
  readonly bias: string;
  /** Mean squared error on fresh sequences. A constant answer costs addingBaseline, 1/6. */
  readonly loss: number;
}

export async function run({ T = 20, H = 16, batch = 32, steps = 300, seed = 1 } = {}): Promise<Learned[]> {
  const results: Learned[] = [];
  for (const [bias, make] of Object.entries(cells)) {
    const cell = make(T);
    const readOut = linear({ I: H, O: 1 });
    const params = { cell: cell.init(key(seed), { I: 2, H }), readOut: readOut.init(key(seed + 1)) };
    const loss = (p: typeof params, { inputs, targets }: ReturnType<typeof addingProblem>): Tensor =>
      meanSquaredError(readOut.apply(p.readOut, unroll(cell, p.cell, inputs).last.h).out, targets);
    const trained = await finish(
      train({
        params,
        loss,
        batches: (_, from) => addingProblem({ T, batch, key: from }),
        optimizer: adam({ rate: 2e-2 }),
        steps,
        key: key(seed + 2),
        clip: 1,
      }),
    );
    const fresh = addingProblem({ T, batch: 256, key: foldIn(key(seed + 2), steps + 1) });
    results.push({ bias, loss: loss(trained.params, fresh).item() });
  }
  return results;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(`a constant answer   ${addingBaseline.toFixed(4)}`);
  for (const { bias, loss } of await run()) console.log(`lstm ${bias.padEnd(14)} ${loss.toFixed(4)}`);
}

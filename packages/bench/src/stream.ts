import type { Tensor } from 'throughline';
import type { Benchmark } from './benchmark.ts';
import { timed } from './benchmark.ts';
import { naiveLstm } from './cells/index.ts';
import { compile } from './compiled.ts';
import { type Contestant, interleave, ours } from './interleave.ts';
import { torchPeers } from './peers/torch-lstm.ts';
import { qualify, startsWith, versus } from './race.ts';
import { naive } from './workloads/nets.ts';
import type { Size } from './workloads/sizes.ts';
import { values } from './workloads/values.ts';

const STEPS = 1000;
const streams: Readonly<Record<string, Size>> = {
  'one sequence, H 64': { B: 1, T: STEPS, I: 32, H: 64 },
  'eight sequences, H 128': { B: 8, T: STEPS, I: 128, H: 128 },
};

/** One sample comes, one state goes on: what a controller or a keyboard does. */
export const stream: Benchmark = {
  name: 'stream',
  question: 'What does one step cost when inputs come one at a time?',
  caveats: `The LSTM’s step forward, float32, one compiled call per step, ${STEPS.toLocaleString('en')} steps of which each gets the state that the one before returned; PyTorch’s nn.LSTMCell under no_grad beside it. A lie if the steps were one call, or the state did not go round.`,
  async *run({ quick }) {
    const torch = await torchPeers();
    try {
      for (const [what, size] of Object.entries(streams)) {
        const contestants: Contestant[] = [
          ours('throughline, compiled step', streaming(size, compile(naiveLstm.step, { threads: 1 }))),
          ours('throughline, eager step', streaming(size, naiveLstm.step)),
        ];
        const seconds = quick ? 0.5 : 2;
        if (torch !== null) {
          const made = await torch.contestants(['stream'], { ...size, dtype: 'float32' });
          contestants.push(...(await qualify(made.contestants, { seconds })));
        }
        const timings = await interleave(contestants, { seconds });
        for (const [who, timing] of timings) yield timed(what, who, 'µs/step', timing, 1e6 / STEPS);
        const mine = { name: 'compiled', among: startsWith('throughline, compiled') };
        yield* versus(what, timings, mine, { name: torch?.version ?? 'PyTorch', among: startsWith('PyTorch') });
        yield* versus(what, timings, mine, { name: 'eager', among: startsWith('throughline, eager') });
      }
    } finally {
      torch?.stop();
    }
  },
};

/** A thousand steps, each from the state of the one before. */
function streaming(size: Size, step: typeof naiveLstm.step): () => Tensor {
  const { B, I, H } = size;
  const params = naive.params(size, 'float32');
  const inputs = Array.from({ length: 16 }, (_, n) => values(300 + n, [B, I], 1, 'float32'));
  const zero = values(1, [B, H], 0, 'float32');
  return () => {
    let state: { h: Tensor; c: Tensor } = { h: zero, c: zero };
    for (let t = 0; t < STEPS; t++) ({ state } = step(params, state, inputs[t % 16] as Tensor)); // sixteen of them
    return state.h;
  };
}

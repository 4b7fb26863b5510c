import { grad, tensor } from 'throughline';
import type { Benchmark } from './benchmark.ts';
import { compile } from './compiled.ts';
import { type ChainParams, objective } from './gradbench/lstm.ts';
import { type Contestant, interleave, ours } from './interleave.ts';
import { torchPeers } from './peers/torch-lstm.ts';
import { rows, startsWith, versus } from './race.ts';
import { values } from './workloads/values.ts';

/** Layers and characters, as GradBench's eval names them; a character of its text has 14 bits. */
const chains = [
  { l: 2, c: 1024 },
  { l: 4, c: 4096 },
] as const;
const BITS = 14;

/** Milliseconds of tools that GradBench runs, on another machine: `docs` say how to scale them. */
const published: Readonly<Record<string, Readonly<Record<'objective' | 'gradient', readonly [number, number]>>>> = {
  'Tapenade, l 2, c 1024': { objective: [3.8, 2.2], gradient: [8.1, 7.0] },
  'Tapenade, l 4, c 4096': { objective: [21.8, 17.7], gradient: [90, 87] },
};

/** GradBench's chain: no batch, no matrix, only a long loop over short vectors. */
export const gradbenchChain: Benchmark = {
  name: 'gradbench',
  question: 'How fast are the objective and gradient of GradBench’s lstm, beside tools that transform source?',
  caveats:
    'float64, a diagonal LSTM of l layers of 14 units over c characters, random bits in place of the suite’s text; PyTorch’s loop beside it in turn. Tapenade’s figures are from another machine: PyTorch’s objective there took 556 ms, its gradient 1457 ms at l 2, c 1024 (medians); divide. A lie if the loop were unrolled by hand: the adapter’s own function is measured.',
  async *run({ quick }) {
    const torch = await torchPeers({ one: true });
    try {
      for (const { l, c } of chains) {
        const data = chainData(l, c);
        const functions = {
          objective: compile(objective, { threads: 1 }),
          gradient: compile(grad(objective), { threads: 1 }),
        };
        for (const [name, f] of Object.entries(functions)) {
          const what = `l ${l}, c ${c}: ${name}`;
          const contestants: Contestant[] = [ours('throughline', () => f(...data))];
          if (torch !== null && !(quick && c > 1024)) {
            const setup = { kind: `chain-${name}`, B: l, T: c, I: BITS, H: BITS, dtype: 'float64' };
            contestants.push(...(await torch.contestants([setup.kind], setup)).contestants);
          }
          const timings = await interleave(contestants, { seconds: quick ? 0.5 : 3 });
          yield* rows(what, timings);
          const [median, best] = published[`Tapenade, l ${l}, c ${c}`]?.[name as 'objective' | 'gradient'] ?? [0, 0]; // a key of functions
          yield { what, who: 'Tapenade, as published', unit: 'ms', median, best, repetitions: 0 };
          const theirs = { name: torch?.version ?? 'PyTorch', among: startsWith('PyTorch') };
          yield* versus(what, timings, { name: 'throughline', among: startsWith('throughline') }, theirs);
        }
      }
    } finally {
      torch?.stop();
    }
  },
};

function chainData(l: number, c: number): readonly [ChainParams, ReturnType<typeof values>, ReturnType<typeof values>] {
  const params = { main: values(1, [2 * l, 4 * BITS], 1, 'float64'), extra: values(2, [3, BITS], 1, 'float64') };
  const bits = Array.from(values(4, [c, BITS], 1, 'float64').data, (x) => (x > 0 ? 1 : 0));
  return [params, values(3, [2 * l, BITS], 1, 'float64'), tensor(bits, { shape: [c, BITS] })];
}

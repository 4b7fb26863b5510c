import { grad, tensor } from 'throughline';
import { type Benchmark, type Result, timed } from './benchmark.ts';
import { compile } from './compiled.ts';
import { type ChainParams, objective } from './gradbench/lstm.ts';
import { type Contestant, interleave, ours, ratio } from './interleave.ts';
import type { Timing } from './measure.ts';
import { torchPeers } from './peers/torch-lstm.ts';
import { rows, startsWith, versus } from './race.ts';
import { values } from './workloads/values.ts';

/** Layers and characters, as GradBench's eval names them; a character of its text has 14 bits. */
const chains = [
  { l: 2, c: 1024 },
  { l: 4, c: 4096 },
] as const;
const BITS = 14;

type Work = 'objective' | 'gradient';
type Milliseconds = Readonly<Record<Work, readonly [median: number, best: number]>>;

/** Of tools that GradBench runs, by layers, on another machine than this one. */
const tapenade: Readonly<Record<number, Milliseconds>> = {
  2: { objective: [3.8, 2.2], gradient: [8.1, 7.0] },
  4: { objective: [21.8, 17.7], gradient: [90, 87] },
};
/** PyTorch's on that other machine, l 2, c 1024: what it takes here over what it took there is how much slower this one is. */
const torchThere: Milliseconds = { objective: [556, 505], gradient: [1457, 1318] };

/** GradBench's chain: no batch, no matrix, only a long loop over short vectors. */
export const gradbenchLstm: Benchmark = {
  name: 'gradbench-lstm',
  question: 'How fast are the objective and gradient of GradBench’s lstm, beside tools that transform source?',
  caveats:
    'float64, a diagonal LSTM of l layers of 14 units over c characters, random bits in place of the suite’s text; PyTorch’s loop beside it in turn. Tapenade’s figures are from another machine, scaled by what the same work by PyTorch takes here over what it took there. A lie if the loop were unrolled by hand: the adapter’s own function is measured.',
  async *run({ quick }) {
    const torch = await torchPeers({ one: true });
    const slower: Partial<Record<Work, { readonly median: number; readonly best: number }>> = {};
    try {
      for (const { l, c } of chains) {
        const data = chainData(l, c);
        const functions = {
          objective: compile(objective, { threads: 1 }),
          gradient: compile(grad(objective), { threads: 1 }),
        };
        for (const name of ['objective', 'gradient'] as const) {
          const what = `l ${l}, c ${c}: ${name}`;
          const contestants: Contestant[] = [ours('throughline', () => functions[name](...data))];
          if (torch !== null && l === 2) {
            const setup = { kind: `chain-${name}`, B: l, T: c, I: BITS, H: BITS, dtype: 'float64' };
            contestants.push(...(await torch.contestants([setup.kind], setup)).contestants);
          }
          const timings = await interleave(contestants, { seconds: quick ? 0.5 : 3 });
          yield* rows(what, timings);
          const theirs = { name: torch?.version ?? 'PyTorch', among: startsWith('PyTorch') };
          yield* versus(what, timings, { name: 'throughline', among: startsWith('throughline') }, theirs);
          const here = [...timings].find(([who]) => who.startsWith('PyTorch'))?.[1];
          const [median, best] = torchThere[name];
          if (here !== undefined)
            slower[name] = { median: (1e3 * here.median) / median, best: (1e3 * here.min) / best };
          yield* againstTapenade(what, timings.get('throughline'), tapenade[l]?.[name], slower[name]);
        }
      }
    } finally {
      torch?.stop();
    }
  },
};

/** Tapenade's published time as this machine would take it, and ours beside it. */
function* againstTapenade(
  what: string,
  own: Timing | undefined,
  published: readonly [number, number] | undefined,
  slower: { readonly median: number; readonly best: number } | undefined,
): Generator<Result> {
  if (own === undefined || published === undefined) return;
  const [median, best] = published;
  yield { what, who: 'Tapenade, as published', unit: 'ms', median, best, repetitions: 0 };
  if (slower === undefined) return;
  const scaled = { median: (median / 1e3) * slower.median, min: (best / 1e3) * slower.best, repetitions: 0 };
  yield timed(what, 'Tapenade, scaled to this machine', 'ms', scaled, 1e3);
  const over = ratio(own, scaled);
  yield { what, who: 'throughline over Tapenade, scaled', unit: '× as fast', ...over, repetitions: own.repetitions };
}

function chainData(l: number, c: number): readonly [ChainParams, ReturnType<typeof values>, ReturnType<typeof values>] {
  const params = { main: values(1, [2 * l, 4 * BITS], 1, 'float64'), extra: values(2, [3, BITS], 1, 'float64') };
  const bits = Array.from(values(4, [c, BITS], 1, 'float64').data, (x) => (x > 0 ? 1 : 0));
  return [params, values(3, [2 * l, BITS], 1, 'float64'), tensor(bits, { shape: [c, BITS] })];
}

import { grad, type Tensor } from 'throughline';
import { type Benchmark, type Result, timed } from './benchmark.ts';
import { isProcessorTime } from './clock.ts';
import { compile } from './compiled.ts';
import { text } from './gradbench/inputs-to-time.ts';
import { type ChainParams, chainIn, objective } from './gradbench/lstm.ts';
import { type Contestant, interleave, ours, ratio } from './interleave.ts';
import type { Timing } from './measure.ts';
import { agreeing, type EvalPeer } from './peers/eval-peer.ts';
import { suiteTools } from './peers/suite-tools.ts';
import { type TorchPeers, torchPeers } from './peers/torch-lstm.ts';
import { rows, startsWith, versus } from './race.ts';

/** Layers and characters, as GradBench's eval names them. */
const chains = [
  { l: 2, c: 1024 },
  { l: 4, c: 4096 },
] as const;
const BITS = 14;

type Work = 'objective' | 'jacobian';
type Milliseconds = Readonly<Record<Work, readonly [median: number, best: number]>>;

/** Of tools that GradBench runs, by layers, on another machine than this one. */
const tapenade: Readonly<Record<number, Milliseconds>> = {
  2: { objective: [3.8, 2.2], jacobian: [8.1, 7.0] },
  4: { objective: [21.8, 17.7], jacobian: [90, 87] },
};
/** PyTorch's on that other machine, l 2, c 1024: what it takes here over what it took there is how much slower this one is. */
const torchThere: Milliseconds = { objective: [556, 505], jacobian: [1457, 1318] };

const isTapenade = startsWith('tapenade');

type Slower = { readonly median: number; readonly best: number };

/** GradBench's chain: no batch, no matrix, only a long loop over short vectors. */
export const gradbenchLstm: Benchmark = {
  name: 'gradbench-lstm',
  question: 'How fast are the objective and gradient of GradBench’s lstm, beside tools that transform source?',
  caveats:
    'float64, one thread, a diagonal LSTM of l layers of 14 units over c characters, random bits in place of the suite’s text. The suite’s own tools run in turn where THROUGHLINE_BENCH_GRADBENCH names a clone in which they are built: what they time themselves, after one run of the same process that does not count. Where Tapenade is not among them PyTorch’s loop runs in turn, and Tapenade’s figures are from another machine, scaled by what PyTorch takes here over what it took there: a poor scale. A lie if the loop were unrolled by hand: the adapter’s own function is measured.',
  async *run({ quick }) {
    const tools = isProcessorTime() ? [] : suiteTools();
    // a run of PyTorch's takes a second, in which many turns of others could be had
    const torch = tools.some((tool) => isTapenade(tool.who) && tool.has('lstm'))
      ? null
      : await torchPeers({ one: true });
    const slower: Partial<Record<Work, Slower>> = {};
    try {
      for (const { l, c } of chains) {
        for (const name of ['objective', 'jacobian'] as const) {
          const what = `l ${l}, c ${c}: ${name}`;
          const contestants = [
            ...(await contestantsOf(name, text(l, c), tools)),
            ...(l === 2 ? await ofTorch(torch, name, c) : []),
          ];
          const timings = await interleave(contestants, { seconds: quick ? 0.5 : 3 });
          yield* rows(what, timings);
          const own = { name: 'throughline', among: startsWith('throughline') };
          yield* versus(what, timings, own, { name: torch?.version ?? 'PyTorch', among: startsWith('PyTorch') });
          for (const { who } of tools) yield* versus(what, timings, own, { name: who, among: startsWith(who) });
          const here = [...timings].find(([who]) => who.startsWith('PyTorch'))?.[1];
          const [median, best] = torchThere[name];
          if (here !== undefined)
            slower[name] = { median: (1e3 * here.median) / median, best: (1e3 * here.min) / best };
          if ([...timings.keys()].some(isTapenade)) continue;
          yield* againstTapenade(what, timings.get('throughline'), tapenade[l]?.[name], slower[name]);
        }
      }
    } finally {
      torch?.stop();
      for (const tool of tools) tool.stop();
    }
  },
};

/** Ours, and the tools that give the same numbers. */
async function contestantsOf(
  name: Work,
  input: ReturnType<typeof text>,
  tools: readonly EvalPeer[],
): Promise<readonly Contestant[]> {
  const { params, start, sequence } = chainIn(input);
  const able = tools.filter((tool) => tool.has('lstm'));
  const { work, expected } = functionOf(name, [params, start, sequence]);
  return [ours('throughline', work), ...(await agreeing(able, { module: 'lstm', name, input }, expected, 1))];
}

/** Our compiled function, on an input, and what it gives in the protocol's form. */
function functionOf(name: Work, data: readonly [ChainParams, Tensor, Tensor]) {
  if (name === 'objective') {
    const loss = compile(objective, { threads: 1 });
    return { work: () => loss(...data), expected: loss(...data).item() };
  }
  const gradient = compile(grad(objective), { threads: 1 });
  const { main, extra } = gradient(...data);
  return { work: () => gradient(...data), expected: [...main.data, ...extra.data] };
}

async function ofTorch(torch: TorchPeers | null, name: Work, T: number): Promise<readonly Contestant[]> {
  if (torch === null) return [];
  const kind = name === 'jacobian' ? 'chain-gradient' : 'chain-objective';
  return (await torch.contestants([kind], { B: 2, T, I: BITS, H: BITS, dtype: 'float64' })).contestants;
}

/** Tapenade's published time as this machine would take it, and ours beside it. */
function* againstTapenade(
  what: string,
  own: Timing | undefined,
  published: readonly [number, number] | undefined,
  slower: Slower | undefined,
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

import type { Benchmark, Result, RunOptions } from './benchmark.ts';
import { type Contestant, interleave } from './interleave.ts';
import { type TorchPeers, torchPeers } from './peers/torch-lstm.ts';
import { qualify, rows, startsWith, versus } from './race.ts';
import { checkAgainst, ourStep, type Variant, variants } from './variants.ts';
import { cosine, gruNet, type Net, naive, peephole, recurrence, tidy, twoWays } from './workloads/nets.ts';
import { describeSize, sizes } from './workloads/sizes.ts';

/** Cells whose times stand on their own, and the peer's ways of writing them. */
const alone: readonly (readonly [Net<never>, readonly string[]])[] = [
  [peephole as Net<never>, ['peephole']], // its parameters go where they came from, unseen
  [gruNet as Net<never>, ['gru-module']], // as above
  [twoWays as Net<never>, ['bidirectional-module']], // as above
  [recurrence as Net<never>, []], // as above
  [cosine as Net<never>, []], // as above
];

/** What cells cost that are not an LSTM, and one that is written with no thought for speed. */
export const cells: Benchmark = {
  name: 'cells',
  question: 'Is any cell fast, or only the one that was tuned?',
  caveats: `Gradient steps, float32, ${describeSize(sizes.M)}: the naive LSTM of eight products beside the tidy one in turn; a peephole LSTM with layer normalisation beside the same from PyTorch’s primitives; GRU and two-layer bidirectional LSTM beside PyTorch’s kernels; a diagonal linear recurrence; a cell that nobody has a kernel for. A lie if a peer computed something else: loss and norm of the gradient are compared.`,
  async *run(options) {
    const ways = await variants();
    const torch = await torchPeers();
    try {
      yield* tidyOrNot(ways, options);
      for (const [net, kinds] of alone) yield* besideTorch(net, kinds, ways, torch, options);
    } finally {
      torch?.stop();
    }
  },
};

async function* tidyOrNot(ways: readonly Variant[], { quick }: RunOptions): AsyncGenerator<Result> {
  const contestants = ways.flatMap(({ who, options }) => [
    ourStep(naive, sizes.M, { who: `${who}, naive`, options }).contestant,
    ourStep(tidy, sizes.M, { who: `${who}, tidy`, options }).contestant,
  ]);
  const timings = await interleave(contestants, { seconds: quick ? 0.5 : 3 });
  yield* rows('lstm', timings);
  for (const { who } of ways) {
    const side = (form: string) => ({ name: form, among: (one: string) => one === `${who}, ${form}` });
    const [result] = versus('lstm', timings, side('naive'), side('tidy'));
    if (result !== undefined) yield { ...result, who: `${who}: ${result.who}` };
  }
}

async function* besideTorch(
  net: Net<never>,
  kinds: readonly string[],
  ways: readonly Variant[],
  torch: TorchPeers | null,
  { quick }: RunOptions,
): AsyncGenerator<Result> {
  const seconds = quick ? 0.5 : 3;
  const steps = ways.map((way) => ourStep(net, sizes.M, way));
  const contestants: Contestant[] = steps.map(({ contestant }) => contestant);
  if (torch !== null && kinds.length > 0) {
    const made = await torch.contestants(kinds, { ...sizes.M, dtype: 'float32' });
    for (const { step } of steps) checkAgainst(torch.version, made.check, step);
    contestants.push(...(await qualify(made.contestants, { seconds })));
  }
  const timings = await interleave(contestants, { seconds });
  yield* rows(net.name, timings);
  for (const mode of ['exact', 'fast']) {
    const mine = { name: mode, among: startsWith(`throughline, ${mode}`) };
    yield* versus(net.name, timings, mine, { name: torch?.version ?? 'PyTorch', among: startsWith('PyTorch') });
  }
}

import type { Benchmark, Result, RunOptions } from './benchmark.ts';
import { type Contestant, interleave, ours } from './interleave.ts';
import { tensorflowPeer } from './peers/tensorflow-lstm.ts';
import { torchPeers } from './peers/torch-lstm.ts';
import { qualify, rows, startsWith, versus } from './race.ts';
import { checkAgainst, ourStep, THREADS, type Variant, variants } from './variants.ts';
import { naive } from './workloads/nets.ts';
import { chosen, describeSize, type SizeName, sizes } from './workloads/sizes.ts';
import { yardstick } from './yardstick/index.ts';

interface Peers {
  readonly torch: Awaited<ReturnType<typeof torchPeers>>;
  readonly tfjs: Awaited<ReturnType<typeof tensorflowPeer>>;
}

/** Whether a cell that is written from primitives keeps up with libraries whose cell is a kernel. */
export const lstm: Benchmark = {
  name: 'lstm',
  question: 'How long does the gradient step of an LSTM from primitives take, beside PyTorch and TensorFlow.js?',
  caveats:
    'float32, loss = mean square of the last state’s difference from a target, gradients of all weights, no optimiser; the cell has eight products. All in turn, in one run; PyTorch in its best setting of threads and way of writing, which a shorter run finds. A lie if the sides computed different things: loss and norm of the gradient are compared; or if PyTorch multiplied with the reference BLAS, which its version then says.',
  async *run(options) {
    const peers: Peers = { torch: await torchPeers(), tfjs: await tensorflowPeer() };
    try {
      const ways = await variants();
      for (const name of chosen(options, ['S', 'M', 'L', 'LONG'])) yield* atSize(name, ways, peers, options);
    } finally {
      peers.torch?.stop();
      peers.tfjs?.server.stop();
    }
  },
};

async function* atSize(
  name: SizeName,
  ways: readonly Variant[],
  { torch, tfjs }: Peers,
  { quick }: RunOptions,
): AsyncGenerator<Result> {
  const size = sizes[name];
  const what = `${name}: ${describeSize(size)}`;
  const steps = ways.map((way) => ourStep(naive, size, way));
  const contestants: Contestant[] = steps.map(({ contestant }) => contestant);
  const seconds = quick ? 1 : 6;
  const setup = { ...size, dtype: 'float32' };
  if (torch !== null) {
    const made = await torch.contestants(['lstm-module', 'lstm-chunks'], setup);
    for (const { step } of steps) checkAgainst(torch.version, made.check, step);
    contestants.push(...(await qualify(made.contestants, { seconds })));
  }
  if (tfjs !== null && !(quick && name === 'L')) {
    const { contestant, check } = await tfjs.server.contestant(tfjs.who, { ...setup, kind: 'lstm' });
    for (const { step } of steps) checkAgainst(tfjs.who, check, step);
    contestants.push(contestant);
  }
  for (const way of ways) contestants.push(...bound(name, way));
  const timings = await interleave(contestants, { seconds });
  yield* rows(what, timings);
  for (const mode of ['exact', 'fast'] as const) {
    const mine = { name: mode, among: startsWith(`throughline, ${mode}`) };
    yield* versus(name, timings, mine, { name: torch?.version ?? 'PyTorch', among: startsWith('PyTorch') });
    yield* versus(name, timings, mine, { name: 'TensorFlow.js', among: startsWith('TensorFlow') });
  }
  for (const { who } of ways) {
    const same = (name: string, of: string) => ({ name, among: (one: string) => one === of });
    const [share] = versus(name, timings, same(who, who), same('the bound', boundOf(who)));
    if (share !== undefined) yield { ...share, unit: 'share' };
  }
}

const boundOf = (who: string): string => who.replace('throughline', 'bound');

/** The hand-written schedule in the same arithmetic and on as many threads. */
function bound(name: SizeName, { who, options }: Variant): Contestant[] {
  const { arithmetic, threads = THREADS } = options;
  const step = yardstick(sizes[name], { fast: arithmetic === 'fast', threads });
  return step === null ? [] : [ours(boundOf(who), () => step.run())];
}

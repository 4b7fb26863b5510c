import type { Benchmark, Result } from './benchmark.ts';
import { evalsToTime, type TimedEval } from './gradbench/inputs-to-time.ts';
import { modules } from './gradbench/modules.ts';
import { interleave } from './interleave.ts';
import type { Timing } from './measure.ts';
import { agreeing, type EvalPeer } from './peers/eval-peer.ts';
import { evalPeers } from './peers/gradbench-peers.ts';
import { rows } from './race.ts';

/** Every function of every eval, and what a derivative costs over its objective. */
export const gradbench: Benchmark = {
  name: 'gradbench',
  question: 'How fast are the functions of GradBench’s evals, and how many objectives does each derivative cost?',
  caveats:
    'float64, one thread, the suite’s forms with numbers of a hash, at sizes of milliseconds; what each tool times itself. PyTorch’s evals are those of the goldens, written for their numbers: a lie if they were taken for its best. Tools of the suite run where THROUGHLINE_BENCH_GRADBENCH names a clone in which they are built; their det takes n! products, ours 2ⁿ minors. A ratio over an objective that is small is one of fixed costs.',
  async *run({ quick }) {
    const peers = await evalPeers();
    try {
      for (const one of evalsToTime()) yield* ofEval(one, peers, quick ? 0.3 : 2);
    } finally {
      for (const peer of peers) peer.stop();
    }
  },
};

const us: EvalPeer = {
  who: 'throughline',
  has: () => true,
  ask(module, name, input, runs) {
    const evaluate = modules[module]?.[name];
    if (evaluate === undefined) throw new Error(`bench: there is no ${name} of ${module}.`);
    const { output, timings } = evaluate({ ...input, min_runs: runs, min_seconds: 0 });
    const evaluated = timings.filter((timing) => timing.name === 'evaluate');
    return Promise.resolve({ output, times: evaluated.map(({ nanoseconds }) => 1e-9 * nanoseconds) });
  },
  stop: () => {},
};

async function* ofEval(one: TimedEval, peers: readonly EvalPeer[], seconds: number): AsyncGenerator<Result> {
  const { module, size, objective, derivatives, input } = one;
  const able = [us, ...peers.filter((peer) => peer.has(module))];
  const title = size === '' ? module : `${module}, ${size}`;
  const base = objective === '' ? undefined : await timesOf(able, module, objective, input, seconds);
  if (base !== undefined) yield* rows(`${title}: ${objective}`, base);
  for (const name of derivatives) {
    const timings = await timesOf(able, module, name, input, seconds);
    yield* rows(`${title}: ${name}`, timings);
    for (const [who, { median, min, repetitions }] of timings) {
      const under = base?.get(who);
      if (under === undefined) continue;
      const over = { median: median / under.median, best: min / under.min };
      yield { what: `${title}: ${name}`, who: `${who}, over ${objective}`, unit: '×', ...over, repetitions };
    }
  }
}

/** Seconds of all that give the same answer. */
async function timesOf(
  able: readonly EvalPeer[],
  module: string,
  name: string,
  input: TimedEval['input'],
  seconds: number,
): Promise<ReadonlyMap<string, Timing>> {
  const { output: expected } = await us.ask(module, name, input, 1);
  const contestants = await agreeing(able, { module, name, input }, expected);
  return interleave(contestants, { seconds, warmUp: seconds / 10 });
}

import { mismatch } from '../gradbench/mismatch.ts';
import type { Contestant } from '../interleave.ts';

/** What a tool returned, and the seconds of each run. */
export interface Answer {
  readonly output: unknown;
  readonly times: readonly number[];
}

/** Another tool that answers GradBench's evals. */
export interface EvalPeer {
  readonly who: string;
  has(module: string): boolean;
  ask(module: string, name: string, input: Readonly<Record<string, unknown>>, runs: number): Promise<Answer>;
  stop(): void;
}

/** One function of one eval on one input. */
export interface Asked {
  readonly module: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Those that give an answer, to be measured in turn; one that fails or gives another is left out, and said to be. So many
 * runs of each turn come first and do not count.
 */
export async function agreeing(
  peers: readonly EvalPeer[],
  { module, name, input }: Asked,
  expected: unknown,
  first = 0,
): Promise<readonly Contestant[]> {
  const contestants: Contestant[] = [];
  for (const peer of peers) {
    const ask = (runs: number): Promise<Answer> => peer.ask(module, name, input, runs);
    const reason = await ask(1).then(
      ({ output }) => mismatch(output, expected, 1e-4),
      (error: unknown) => String(error),
    );
    if (reason === null) {
      contestants.push({ who: peer.who, run: async (times) => (await ask(first + times)).times.slice(first) });
    } else {
      console.error(`bench: without ${peer.who} in ${module} ${name}: ${reason}`);
    }
  }
  return contestants;
}

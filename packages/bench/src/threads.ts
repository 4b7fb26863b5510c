import type { Benchmark, Result } from './benchmark.ts';
import { inFreshProcess } from './child.ts';
import { interleave } from './interleave.ts';
import { summarize } from './measure.ts';
import { rows, startsWith, versus } from './race.ts';
import { ourStep, variants } from './variants.ts';
import { naive } from './workloads/nets.ts';
import { chosen, sizes } from './workloads/sizes.ts';

/** What a second thread brings, on a machine that may not have a second core to give. */
export const threads: Benchmark = {
  name: 'threads',
  question: 'How much faster are two threads than one?',
  caveats:
    'The LSTM’s gradient step, float32, at least 20 runs of each in turn: read the minima. Before and after, the same busy loop in one process and in two at once: what that loses, no second thread can win. A lie on a machine whose two cores are two threads of one.',
  async *run(options) {
    const { quick } = options;
    yield await interference(quick ? 3 : 7, 'before');
    const ways = await variants();
    for (const name of chosen(options, ['M', 'L'])) {
      const steps = ways.map((way) => ourStep(naive, sizes[name], way).contestant);
      const timings = await interleave(steps, { seconds: quick ? 0.5 : 5, least: quick ? 5 : 20 });
      yield* rows(name, timings);
      for (const mode of ['exact', 'fast']) {
        const on = (count: string) => ({
          name: count,
          among: (who: string) => startsWith(`throughline, ${mode}`)(who) && who.endsWith(count),
        });
        yield* versus(`${name}, ${mode}`, timings, on('2 threads'), on('1 thread'));
      }
    }
    yield await interference(quick ? 3 : 7, 'after');
  },
};

/** How much of two processes' work the machine does at once: 2 when they do not meet, 1 when they take turns. */
async function interference(rounds: number, when: string): Promise<Result> {
  const spin = async (): Promise<number> => (await inFreshProcess('./spin-case.ts')) as number; // it prints its seconds
  const [alone, both]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await spin());
    both.push(...(await Promise.all([spin(), spin()])));
  }
  const [one, two] = [summarize(alone), summarize(both)];
  const who = `the machine, ${when}`;
  const [median, best] = [(2 * one.median) / two.median, (2 * one.min) / two.min];
  return { what: 'two busy processes', who, unit: '× as much', median, best, repetitions: rounds };
}

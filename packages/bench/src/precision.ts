import type { Benchmark } from './benchmark.ts';
import { interleave } from './interleave.ts';
import { rows, versus } from './race.ts';
import { ourStep, variants } from './variants.ts';
import { naive } from './workloads/nets.ts';
import { chosen, sizes } from './workloads/sizes.ts';

/** What twice the digits cost. */
export const precision: Benchmark = {
  name: 'precision',
  question: 'How much longer does float64 take than float32?',
  caveats:
    'The LSTM’s gradient step in turn in both; a vector holds half as many float64, and its elementary functions have more terms. A lie if one of them ran on other threads than the other: each pair has the same.',
  async *run(options) {
    const { quick } = options;
    const ways = await variants();
    for (const name of chosen(options, ['M', 'L'])) {
      const contestants = ways.flatMap(({ who, options }) =>
        (['float32', 'float64'] as const).map(
          (dtype) => ourStep(naive, sizes[name], { who: `${who}, ${dtype}`, options }, dtype).contestant,
        ),
      );
      const timings = await interleave(contestants, { seconds: quick ? 0.5 : 3 });
      yield* rows(name, timings);
      for (const { who } of ways) {
        const of = (dtype: string) => ({ name: dtype, among: (one: string) => one === `${who}, ${dtype}` });
        for (const result of versus(name, timings, of('float32'), of('float64'))) {
          yield { ...result, who: `${who}: ${result.who}` };
        }
      }
    }
  },
};

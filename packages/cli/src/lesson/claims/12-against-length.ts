import { lstm } from '@throughline/rnn';
import { transformerBlock } from '@throughline/rnn/blocks';
import { minGru, s4d } from '@throughline/rnn/cells';
import { addingTask } from '@throughline/train';
import { defineLessonClaim, type LessonClaim } from '../claim.ts';
import { costsOf, type LayerCosts, timesOf } from '../counting/costs.ts';
import { learn } from '../learning/learn.ts';
import { attentionSqueezer, layerSqueezer, squeeze } from '../learning/squeeze.ts';
import { cellLayer, type SequenceLayer, wrapped } from '../learning/wrapped.ts';
import { type ContenderMeasured, judgeLengths, type LengthMeasured, type Role } from '../length/judge.ts';

/** A layer of width D, and what the sentence says of it. */
export interface Contender {
  readonly name: string;
  readonly says: Role;
  make(D: number): SequenceLayer<unknown>;
}

const sizes = {
  full: {
    D: 16,
    counted: [64, 256, 512, 1024, 2048],
    timed: [64, 512],
    learned: [12, 36],
    rounds: 5,
    steps: 200,
    batch: 16,
    K: 16,
    kept: 8,
    squeezing: 400,
  },
  test: {
    D: 4,
    counted: [8, 16],
    timed: [4],
    learned: [4],
    rounds: 1,
    steps: 1,
    batch: 2,
    K: 4,
    kept: 2,
    squeezing: 1,
  },
};

/** A layer's type of parameters is its own affair. */
const forget = <P>(layer: SequenceLayer<P>): SequenceLayer<unknown> => layer as unknown as SequenceLayer<unknown>; // given its own parameters only

export const contenders: readonly Contender[] = [
  { name: 'LSTM', says: 'recurrent', make: (H) => forget(cellLayer(lstm.with({ f: { b: 1 } }), { H })) },
  { name: 'Transformer block', says: 'attention', make: transformer },
  { name: 'S4D', says: 'linear', make: (H) => forget(cellLayer(s4d, { H, N: 4 })) },
  { name: 'minGRU', says: 'linear', make: (H) => forget(cellLayer(minGru, { H })) },
];

function transformer(D: number): SequenceLayer<unknown> {
  const block = transformerBlock({ D, heads: 2, M: 2 * D, rotary: true });
  return forget({
    init: (key) => block.init(key),
    apply: (p: ReturnType<typeof block.init>, xs) => block.apply(p, xs).out,
  });
}

/** The claim about other layers. */
export const lengthClaim = (among: readonly Contender[]): LessonClaim<LengthMeasured> =>
  defineLessonClaim({
    number: 12,
    sentence:
      'Attention lifts both ceilings at O(T²); state spaces and linear recurrences lift them at O(T log T) or O(T).',
    question: 'LSTM, Transformer block, S4D and minGRU: operations, memory, chain, time and quality against T?',
    method:
      'Layers of width 16 (S4D with 4 complex numbers per channel, the block with 2 heads). Operations, bytes and the longest chain are counted in the Program of a run of T = 64 … 2048 steps (linear recurrences as an associative scan in the chain; S4D as its convolution), exponents of T from the three longest. Milliseconds compiled, T = 64 and 512, stand beside them; no verdict rests on those. Quality, a reading: the adding problem at T = 12 and 36, 200 updates. The first ceiling: 16 numbers through layers of width 8 (400 updates), and through attention with keys of 8 numbers and a query per answer; 0.1 counts as lifted. What is read out by 8 numbers at the last step leaves half, whatever the state (that of S4D has 64 numbers here), so that such a layer could not have passed: the number shows what a step has to say all of its past with, not how much of it the state still holds.',
    control:
      'The LSTM, counted in the same way, has a chain as long as T: it would not pass for a layer that lifts the ceiling.',
    alone: true,
    async measure(seed, work) {
      const { D, counted, timed, learned, rounds, steps, batch, K, kept, squeezing } = sizes[work.budget];
      const layers = among.map(({ make }) => make(D));
      const costs = layers.map((layer, i) => counted.map((T) => countedOnce(among, i, layer, D, T)));
      const times: number[][] = [];
      for (const T of timed) {
        times.push(timesOf(layers, D, T, rounds));
        await work.turn();
      }
      const measured: ContenderMeasured[] = [];
      for (const [i, { name, says, make }] of among.entries()) {
        const share = (from: number, to: number) =>
          [0.2 + (0.8 * (i + from)) / among.length, 0.2 + (0.8 * (i + to)) / among.length] as const;
        const losses: number[] = [];
        for (const [n, T] of learned.entries()) {
          const task = addingTask({ T, batch });
          const model = wrapped(task, name, make(D), D);
          const part = share((0.7 * n) / learned.length, (0.7 * (n + 1)) / learned.length);
          losses.push((await learn({ task, model, seed, steps, rate: 0.005 }, work, part)).loss);
        }
        const how = { K, seed, steps: squeezing, batch, tests: 256 };
        const left = says === 'recurrent' ? null : await squeezed(says, make, kept, how, work, share(0.7, 1));
        measured.push({
          name,
          says,
          costs: costs[i] ?? [],
          times: times.map((at) => at[i] ?? Number.NaN),
          losses,
          left,
        });
      }
      return { counted, timed, learned, layers: measured };
    },
    judge: judgeLengths,
  });

export default lengthClaim(contenders);

/** Counts are the same for every seed. */
function countedOnce(
  among: readonly Contender[],
  i: number,
  layer: SequenceLayer<unknown>,
  D: number,
  T: number,
): LayerCosts {
  const own = known.get(among) ?? new Map<string, LayerCosts>();
  known.set(among, own);
  const name = `${i} ${D} ${T}`;
  const costs = own.get(name) ?? costsOf(layer, D, T);
  own.set(name, costs);
  return costs;
}
const known = new WeakMap<readonly Contender[], Map<string, LayerCosts>>();

/** Sixteen numbers through a layer of half the width: attention has a query per answer, as it would in a Transformer. */
function squeezed(
  says: Contender['says'],
  make: Contender['make'],
  kept: number,
  how: Parameters<typeof squeeze>[1],
  work: Parameters<typeof squeeze>[2],
  share: readonly [number, number],
): Promise<number> {
  return says === 'attention'
    ? squeeze(attentionSqueezer(kept, how.K), how, work, share)
    : squeeze(layerSqueezer('linear', make(kept), kept), how, work, share);
}

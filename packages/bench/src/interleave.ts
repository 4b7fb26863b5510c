import { setTimeout as sleep } from 'node:timers/promises';
import { seconds as clock } from './clock.ts';
import { summarize, type Timing } from './measure.ts';

/** One of several that do the same work and are measured in turn. */
export interface Contestant {
  readonly who: string;
  /** Seconds of each of so many runs, one after another. */
  run(times: number): readonly number[] | Promise<readonly number[]>;
}

export interface InterleaveOptions {
  /** Seconds of turns for each contestant; 3 by default. */
  readonly seconds?: number;
  /** Seconds before that, in which V8 brings WebAssembly to its last tier; 0.5 by default. */
  readonly warmUp?: number;
  /** Runs of each that count, at the least; 5 by default. Those of more than 2 seconds each are run twice. */
  readonly least?: number;
}

/** A run of our own in this process. */
export const ours = (who: string, work: () => unknown): Contestant => ({
  who,
  run: (times) =>
    Array.from({ length: times }, () => {
      const start = clock();
      work();
      return clock() - start;
    }),
});

const SLOW = 2;
/** Threads of OpenBLAS spin for 2²⁸ cycles after their last product, which is a tenth of a second. */
const PAUSE = 0.15;
/** Until caches are warm, and the scheduler has given threads that slept a core each. */
const WARM = 0.1;
const BURST = 0.05;

/**
 * Measures contestants in turn, so that what else the machine does meets all of them alike.
 *
 * A turn is a pause in which threads of the one before fall asleep, runs of a tenth of a second that do not count, unless
 * a single one takes longer, and runs of a twentieth that do; every other round goes backwards.
 */
export async function interleave(
  contestants: readonly Contestant[],
  { seconds = 3, warmUp = 0.5, least = 5 }: InterleaveOptions = {},
): Promise<ReadonlyMap<string, Timing>> {
  const lanes: { readonly contestant: Contestant; readonly one: number; readonly times: number[] }[] = [];
  for (const contestant of contestants) {
    lanes.push({ contestant, one: await warm(contestant, warmUp), times: [] });
  }
  const end = performance.now() + 1000 * seconds * contestants.length;
  const done = ({ one, times }: { one: number; times: number[] }, late: boolean): boolean =>
    one > SLOW ? times.length >= 2 : late && times.length >= least;
  for (let round = 0; ; round++) {
    const late = performance.now() >= end;
    const turn = lanes.filter((lane) => !done(lane, late));
    if (turn.length === 0 || (late && turn.every((lane) => done(lane, true)))) break;
    for (const lane of round % 2 === 0 ? turn : turn.toReversed()) {
      await sleep(1000 * PAUSE);
      const untimed = Math.round(WARM / lane.one);
      if (untimed > 0) await lane.contestant.run(untimed);
      lane.times.push(...(await lane.contestant.run(Math.max(1, Math.round(BURST / lane.one)))));
    }
    if (lanes.every((lane) => lane.one > SLOW && done(lane, true))) break;
  }
  return new Map(lanes.map(({ contestant, times }) => [contestant.who, summarize(times)]));
}

/** Runs until so many seconds have passed, and says how long the last run took. */
async function warm(contestant: Contestant, seconds: number): Promise<number> {
  const end = performance.now() + 1000 * seconds;
  let last = 0;
  do last = (await contestant.run(1))[0] ?? 0;
  while (performance.now() < end);
  return Math.max(last, 1e-7);
}

/** How many times as fast `a` is as `b`, within one run: by medians and by minima. */
export const ratio = (a: Timing, b: Timing): { readonly median: number; readonly best: number } => ({
  median: b.median / a.median,
  best: b.min / a.min,
});

/** The one with the least median. */
export function fastest(
  timings: ReadonlyMap<string, Timing>,
  among: (who: string) => boolean = () => true,
): string | undefined {
  let best: string | undefined;
  for (const [who, { median }] of timings) {
    if (among(who) && median < (best === undefined ? Number.POSITIVE_INFINITY : (timings.get(best)?.median ?? 0)))
      best = who;
  }
  return best;
}

import { type Result, timed } from './benchmark.ts';
import { type Contestant, fastest, type InterleaveOptions, interleave, ratio } from './interleave.ts';
import type { Timing } from './measure.ts';

export type Timings = ReadonlyMap<string, Timing>;

/** Times as rows, in milliseconds. */
export const rows = (what: string, timings: Timings): Result[] =>
  [...timings].map(([who, timing]) => timed(what, who, 'ms', timing, 1e3));

/** How many times as fast the fastest of some is as the fastest of others, in one run; no row where either is missing. */
export function versus(
  what: string,
  timings: Timings,
  ours: { readonly name: string; readonly among: (who: string) => boolean },
  theirs: { readonly name: string; readonly among: (who: string) => boolean },
): Result[] {
  const [a, b] = [fastest(timings, ours.among), fastest(timings, theirs.among)];
  const [mine, other] = [timings.get(a ?? ''), timings.get(b ?? '')];
  if (mine === undefined || other === undefined) return [];
  const repetitions = Math.min(mine.repetitions, other.repetitions);
  return [{ what, who: `${ours.name} over ${theirs.name}`, unit: '× as fast', ...ratio(mine, other), repetitions }];
}

/** The fastest of peers that differ in settings only, by a short run of all of them in turn. */
export async function qualify(
  contestants: readonly Contestant[],
  options: InterleaveOptions,
): Promise<readonly Contestant[]> {
  if (contestants.length < 2) return contestants;
  const timings = await interleave(contestants, { seconds: (options.seconds ?? 3) / 3, warmUp: 0.2, least: 3 });
  const best = fastest(timings);
  return contestants.filter(({ who }) => who === best);
}

export const startsWith =
  (prefix: string) =>
  (who: string): boolean =>
    who.startsWith(prefix);

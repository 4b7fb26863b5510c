import type { Timing } from './measure.ts';

/** One measured number, ours or a peer's. */
export interface Result {
  /** What was run: `add, 8 elements`. */
  readonly what: string;
  /** Who ran it: `throughline`, `Math`, `PyTorch`, `TensorFlow.js`. */
  readonly who: string;
  readonly unit: string;
  /** In `unit`, over all repetitions; `best` is the smallest time, or the largest rate. */
  readonly median: number;
  readonly best: number;
  readonly repetitions: number;
}

/** How a benchmark is run. */
export interface RunOptions {
  /** Fewer repetitions, for a look: its numbers are not to be quoted. */
  readonly quick: boolean;
  /** Only these of the sizes S, M, L, LONG, where a benchmark has them. */
  readonly sizes?: readonly string[];
}

/** One question, answered with numbers. */
export interface Benchmark {
  readonly name: string;
  readonly question: string;
  /** What would make the numbers a lie. */
  readonly caveats: string;
  run(options: RunOptions): AsyncIterable<Result> | Iterable<Result>;
}

/** A result from times, each divided into units of work: `scale` turns seconds into the unit. */
export function timed(what: string, who: string, unit: string, timing: Timing, scale: number): Result {
  return { what, who, unit, median: timing.median * scale, best: timing.min * scale, repetitions: timing.repetitions };
}

/** A result as work per time: `work` is what one repetition does, in the unit's numerator. */
export function rate(what: string, who: string, unit: string, timing: Timing, work: number): Result {
  return { what, who, unit, median: work / timing.median, best: work / timing.min, repetitions: timing.repetitions };
}

/** Times of one piece of work, in seconds. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly repetitions: number;
}

/** How long to measure. */
export interface MeasureOptions {
  /** Seconds of repetitions that count; 0.5 by default. At least three are made. */
  readonly seconds?: number;
  /** Seconds before that, for the engine to compile; 0.3 by default. */
  readonly warmUp?: number;
}

/** Where results go, so that no engine can tell that they are not needed. */
let sink: unknown;

/** Repeats a piece of work of at least some microseconds and times every repetition on its own. */
export function measure(work: () => unknown, { seconds = 0.5, warmUp = 0.3 }: MeasureOptions = {}): Timing {
  repeat(work, warmUp, 1);
  return summarize(repeat(work, seconds, 3));
}

/** Median and minimum of times in seconds. */
export function summarize(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (i: number): number => sorted[i] ?? Number.NaN;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), repetitions: sorted.length };
}

function repeat(work: () => unknown, seconds: number, least: number): number[] {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < least || performance.now() < end) {
    const start = performance.now();
    sink = work();
    times.push((performance.now() - start) / 1000);
  }
  return times;
}

/** The last result, for whoever doubts that there was one. */
export const lastResult = (): unknown => sink;

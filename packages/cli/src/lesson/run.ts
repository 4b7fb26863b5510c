import { performance } from 'node:perf_hooks';
import { type AnyLessonClaim, type Budget, type Judgement, Stopped, type Work } from './claim.ts';
import { type Conclusion, conclude } from './verdict.ts';

/** How a claim is run. */
export interface RunOptions {
  readonly seeds: readonly number[];
  readonly budget?: Budget;
  readonly signal?: { readonly aborted: boolean };
  /** How much is done, from 0 to 1. */
  progress?(part: number): void;
}

/** What came of a claim. */
export interface LessonResult extends Conclusion {
  readonly claim: AnyLessonClaim;
  /** The seeds that were measured: fewer than asked for when it was stopped. */
  readonly seeds: readonly number[];
  /** Their measurements, in order. */
  readonly measured: readonly unknown[];
  readonly judgement: Judgement;
  /** Of processor time: what it takes where nothing else runs. */
  readonly seconds: number;
  readonly stopped: boolean;
}

/** Milliseconds of work between turns. */
const frame = 40;

/** Measures seed after seed, and judges what was measured, also when the signal ends it early. */
export async function runClaim(claim: AnyLessonClaim, options: RunOptions): Promise<LessonResult> {
  const { seeds, budget = 'full', signal = { aborted: false }, progress = () => undefined } = options;
  const started = process.cpuUsage();
  const measured: unknown[] = [];
  let stopped = false;
  for (const seed of seeds) {
    const report = (part: number): void => progress((measured.length + Math.min(1, part)) / seeds.length);
    try {
      const work = workFor(budget, signal, report);
      await work.turn();
      measured.push(await claim.measure(seed, work));
      report(0);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      stopped = true;
      break;
    }
  }
  const { user, system } = process.cpuUsage(started);
  return { ...judged(claim, seeds.slice(0, measured.length), measured, (user + system) / 1e6), stopped };
}

/** A claim's result from measurements, wherever they come from. */
export function judged(
  claim: AnyLessonClaim,
  seeds: readonly number[],
  measured: readonly unknown[],
  seconds: number,
): LessonResult {
  const judgement =
    measured.length === 0 ? { parts: [], oracles: [], condition: '', charts: [] } : claim.judge(measured);
  return { claim, seeds, measured, judgement, ...conclude(judgement, measured.length), seconds, stopped: false };
}

/** What a measurement is given. */
export function workFor(budget: Budget, signal: { readonly aborted: boolean }, report: (part: number) => void): Work {
  let last = performance.now();
  return {
    budget,
    signal,
    progress: report,
    async turn() {
      if (performance.now() - last >= frame) {
        await new Promise<void>((resume) => setTimeout(resume, 0));
        last = performance.now();
      }
      if (signal.aborted) throw new Stopped('stopped by the signal');
    },
  };
}

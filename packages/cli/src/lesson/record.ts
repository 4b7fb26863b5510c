import { canonicalJson } from '../report/index.ts';
import type { AnyLessonClaim, Part, Reading } from './claim.ts';
import { judged, type LessonResult } from './run.ts';
import { type Spread, spread } from './spread.ts';
import type { Verdict } from './verdict.ts';

/** A result as data: one line of `--json`, and a file of docs/lesson. */
export interface LessonRecord {
  readonly claim: number;
  readonly sentence: string;
  readonly verdict: Verdict;
  readonly because: string;
  readonly seeds: readonly number[];
  readonly parts: readonly (Part & Spread)[];
  readonly oracles: readonly { readonly what: string; readonly holds: boolean }[];
  readonly readings: readonly (Reading & Spread)[];
  /** What was measured, one entry per seed: the verdict can be drawn from it again. */
  readonly measured: readonly unknown[];
  readonly seconds: number;
  readonly command: string;
}

/** A result as data. */
export function recordOf(result: LessonResult): LessonRecord {
  const { claim, verdict, because, seeds, judgement, measured, seconds } = result;
  const withSpread = <R extends Reading>(reading: R): R & Spread => ({ ...reading, ...spread(reading.values) });
  return {
    claim: claim.number,
    sentence: claim.sentence,
    verdict,
    because,
    seeds,
    parts: judgement.parts.map(withSpread),
    oracles: judgement.oracles,
    readings: (judgement.readings ?? []).map(withSpread),
    measured,
    seconds: Math.round(seconds * 10) / 10,
    command: commandFor(claim.number, seeds.length),
  };
}

/** The command that measures it again. */
export const commandFor = (number: number, seeds: number): string =>
  `throughline lesson ${number}${seeds === 5 ? '' : ` --seeds ${seeds}`}`;

/** One line; numbers that JSON has none for are objects, as in reports. */
export const writeRecord = (record: LessonRecord): string => canonicalJson(record);

/** A line or file back as data. */
export const readRecord = (text: string): LessonRecord =>
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('number' in value)) return value;
    return Object.keys(value).length === 1 && typeof value.number === 'string' ? Number(value.number) : value;
  }) as LessonRecord; // as it was written

/** The same result again, judged by today's thresholds. @throws Error when the record is another claim's. */
export function resultOf(record: LessonRecord, claim: AnyLessonClaim): LessonResult {
  if (record.claim !== claim.number) throw new Error(`lesson: a record of claim ${record.claim}, not ${claim.number}.`);
  return judged(claim, record.seeds, record.measured, record.seconds);
}

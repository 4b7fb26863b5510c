import { readFileSync } from 'node:fs';
import type { LessonClaim } from '../claim.ts';
import { readRecord } from '../record.ts';
import { fileName } from '../table.ts';
import { conclude, type Verdict } from '../verdict.ts';

/** The measurements of docs/lesson, for tests that change one of them and look whether the verdict follows. */
export function committed<M>({ number }: LessonClaim<M>): readonly M[] {
  const path = new URL(`../../../../../docs/lesson/${fileName(number)}`, import.meta.url);
  return readRecord(readFileSync(path, 'utf8')).measured as readonly M[]; // this claim's own
}

/** What the claim says of measurements: its verdict, and which parts hold. */
export function says<M>(
  claim: LessonClaim<M>,
  measured: readonly M[],
): { verdict: Verdict; because: string; parts: boolean[] } {
  const judgement = claim.judge(measured);
  return { ...conclude(judgement, measured.length), parts: judgement.parts.map(({ holds }) => holds) };
}

// npm run lesson:table [-- FILE]: puts the lines that `throughline lesson all --json` printed into docs/lesson, one file per
// claim; then, from those files, writes the table of docs/claims.md and the figures beside it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toSvg } from '@throughline/plot';
import {
  type LessonRecord,
  readRecord,
  recordOf,
  resultOf,
  writeRecord,
} from '../../packages/cli/src/lesson/record.ts';
import { lessonClaims } from '../../packages/cli/src/lesson/registry.ts';
import type { LessonResult } from '../../packages/cli/src/lesson/run.ts';
import { figureName, fileName, lessonTable, missing, withTable } from '../../packages/cli/src/lesson/table.ts';

const docs = join(import.meta.dirname, '../../docs');
const folder = join(docs, 'lesson');
const page = join(docs, 'claims.md');

/** What is committed, by number. */
export const committed = (): LessonRecord[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readRecord(readFileSync(join(folder, name), 'utf8')));

/** The committed results, judged again. */
export async function results(): Promise<LessonResult[]> {
  const claims = await lessonClaims();
  return committed().map((record) => {
    const claim = claims.find(({ number }) => number === record.claim);
    if (claim === undefined) throw new Error(`docs/lesson has claim ${record.claim}, which the lesson does not.`);
    return resultOf(record, claim);
  });
}

/** The page as it should be. */
export const pageWith = (all: readonly LessonResult[]): { readonly now: string; readonly wanted: string } => {
  const now = readFileSync(page, 'utf8');
  return { now, wanted: withTable(now, lessonTable(all)) };
};

if (import.meta.filename === process.argv[1]) {
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(docs, 'figures/lesson'), { recursive: true });
  const [file] = process.argv.slice(2);
  const lines = file === undefined ? [] : readFileSync(file, 'utf8').trim().split('\n');
  for (const record of lines.map(readRecord))
    writeFileSync(join(folder, fileName(record.claim)), `${writeRecord(record)}\n`);
  const all = await results();
  // Judged by today's thresholds and words.
  for (const result of all)
    writeFileSync(join(folder, fileName(result.claim.number)), `${writeRecord(recordOf(result))}\n`);
  writeFileSync(page, pageWith(all).wanted);
  for (const { claim, judgement } of all) {
    const [chart] = judgement.charts;
    if (chart !== undefined)
      writeFileSync(join(docs, 'figures/lesson', figureName(claim.number)), `${await toSvg(chart)}\n`);
  }
  const { unmeasured } = missing(await lessonClaims(), committed());
  console.log(`${all.length} claims${unmeasured.length > 0 ? `; not measured: ${unmeasured.join(', ')}` : ''}`);
}

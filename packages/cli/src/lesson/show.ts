import { formatNumber, toTerminal } from '@throughline/plot';
import { mark, type Style } from '../check/terminal/style.ts';
import type { AnyLessonClaim, Reading } from './claim.ts';
import { commandFor } from './record.ts';
import type { LessonResult } from './run.ts';
import { spread } from './spread.ts';

/** The list of claims: number, sentence and question. */
export function listClaims(claims: readonly AnyLessonClaim[], style: Style): string {
  const rows = claims.flatMap(({ number, sentence, question }) => [
    `${style.bold(String(number).padStart(2))}  ${sentence}`,
    `    ${style.dim(question)}`,
  ]);
  return [...rows, '', 'throughline lesson 3 measures one, throughline lesson all every one of them.'].join('\n');
}

/** A result for people. */
export function showResult(result: LessonResult, style: Style, columns = 100): string {
  const { claim, judgement, seeds, seconds, stopped } = result;
  const lines = [`${style.bold(`(${claim.number})`)} ${style.bold(claim.sentence)}`, ''];
  for (const part of judgement.parts) {
    lines.push(
      `  ${mark(part.holds, style)} ${part.says}`,
      `      ${showReading(part)}   ${style.dim(`(${part.threshold})`)}`,
    );
  }
  if (judgement.readings !== undefined && judgement.readings.length > 0)
    lines.push('', ...judgement.readings.map((reading) => `    ${showReading(reading)}`));
  for (const { what, holds } of judgement.oracles) if (!holds) lines.push(`  ${style.bad('not so:')} ${what}`);
  for (const chart of judgement.charts)
    lines.push(
      '',
      ...toTerminal(chart, columns)
        .split('\n')
        .map((line) => `  ${line}`),
    );
  lines.push('', `  ${verdictText(result, style)}`);
  const how = `${seeds.length} seeds · ${formatNumber(seconds, 3)} processor seconds · ${commandFor(claim.number, seeds.length)}`;
  lines.push(`  ${style.dim(stopped ? `stopped: ${how}` : how)}`);
  return lines.join('\n');
}

/** The verdict with its condition. */
export function verdictText({ verdict, because }: Pick<LessonResult, 'verdict' | 'because'>, style: Style): string {
  const colour = verdict === 'holds' ? style.good : verdict === 'refuted' ? style.bad : style.bold;
  if (verdict === 'inconclusive') return `${colour('no verdict')}: ${because}`;
  return verdict === 'holds only if' ? `${colour(verdict)} ${because}` : colour(verdict);
}

/** A number with its spread: `what 0.31 (0.28 … 0.35)`. */
export const showReading = ({ what, values, unit }: Reading): string => `${what} ${showSpread(values, unit)}`;

/** The median, and the ends where the seeds differ. */
export function showSpread(values: readonly number[], unit?: string): string {
  const { min, median, max } = spread(values);
  const end = unit === undefined ? '' : ` ${unit}`;
  const [low, middle, high] = [min, median, max].map((value) => formatNumber(value, 3)) as [string, string, string]; // three
  return low === high ? `${middle}${end}` : `${middle}${end} (${low} … ${high})`;
}

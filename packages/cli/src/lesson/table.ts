import type { AnyLessonClaim } from './claim.ts';
import { commandFor } from './record.ts';
import type { LessonResult } from './run.ts';
import { showSpread } from './show.ts';

/** Where the table stands in docs/claims.md. */
const markers = ['<!-- the lesson: printed by npm run lesson:table -->', '<!-- the lesson ends -->'] as const;

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** The name of a claim's figure, and of its results. */
export const figureName = (number: number): string => `${twoDigits(number)}.svg`;
export const fileName = (number: number): string => `${twoDigits(number)}.json`;

/** A table with a row per claim, in Markdown. */
export function lessonTable(results: readonly LessonResult[]): string {
  const head = [
    '| | sentence | verdict | number: median (spread over seeds) | seeds | run again | processor seconds |',
    '|---|---|---|---|---|---|---|',
  ];
  return [...head, ...results.map(row)].join('\n');
}

/** A page with the table between its markers. @throws Error when it has none. */
export function withTable(page: string, table: string): string {
  const [before, rest] = page.split(`${markers[0]}\n`) as [string, string | undefined]; // split gives one part at least
  const after = rest?.split(markers[1])[1];
  if (after === undefined) throw new Error(`lesson: the page has no ${markers.join(' … ')}.`);
  return `${before}${markers[0]}\n\n${table}\n\n${markers[1]}${after}`;
}

function row(result: LessonResult): string {
  const { claim, judgement, seeds, seconds } = result;
  const numbers = judgement.parts.map(
    (part) =>
      `${part.holds ? '✓' : '✗'} ${part.says}: ${part.what} ${showSpread(part.values, part.unit)}, holds when ${part.threshold}`,
  );
  const cells = [
    `[${claim.number}](figures/lesson/${figureName(claim.number)})`,
    claim.sentence,
    verdictCell(result),
    numbers.map(escapeCell).join('<br>'),
    String(seeds.length),
    `\`${commandFor(claim.number, seeds.length)}\``,
    seconds.toFixed(0),
  ];
  return `| ${cells.map((cell, i) => (i === 3 ? cell : escapeCell(cell))).join(' | ')} |`;
}

const verdictCell = ({ verdict, because }: LessonResult): string =>
  verdict === 'inconclusive' ? `no verdict: ${because}` : `**${verdict}**${because === '' ? '' : ` ${because}`}`;

const escapeCell = (text: string): string => text.replace(/\|/g, '\\|');

/** The numbers of the claims without a result, and of results without a claim. */
export function missing(
  claims: readonly Pick<AnyLessonClaim, 'number'>[],
  results: readonly { readonly claim: number }[],
): { readonly unmeasured: number[]; readonly unknown: number[] } {
  const [known, measured] = [claims.map(({ number }) => number), results.map(({ claim }) => claim)];
  return {
    unmeasured: known.filter((number) => !measured.includes(number)),
    unknown: measured.filter((number) => !known.includes(number)),
  };
}

import type { Verdict } from '../facts.ts';
import { mark, type Style } from './style.ts';

/** The last lines: what was found, in words, what was refuted, and what to do next. */
export function renderVerdict(
  verdict: Verdict,
  { report, hash, args }: { readonly report: string | null; readonly hash: string; readonly args: readonly string[] },
  style: Style,
): string[] {
  const refuted = verdict.claims.filter(({ holds }) => !holds);
  return [
    `${style.bold('verdict')}  ${verdict.sentences.join(' · ')}`,
    ...refuted.map(({ claim }) => `         ${mark(false, style)} refuted: ${claim}`),
    `${style.bold('report')}   ${[...(report === null ? [] : [report]), 'facts --json', `sha256 ${hash}`].join('    ')}`,
    `${style.bold('next')}     ${next(args)}`,
  ];
}

/** Another seed for a user's file; for ours, a cell of one's own. */
function next(args: readonly string[]): string {
  const file = args.find((word) => /\.[mc]?[jt]s$/.test(word));
  return file === undefined
    ? 'throughline new my-cell    throughline check my-cell.ts'
    : `throughline check ${file} --seed 8`;
}

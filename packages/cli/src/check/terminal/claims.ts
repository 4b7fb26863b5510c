import type { ClaimFacts } from '../facts.ts';
import { pad, type Style } from './style.ts';

/** Section 5: each claim with its verdict, and what that rests on. */
export function renderClaims(claims: readonly ClaimFacts[], style: Style, title = '5 Do the claims hold?'): string[] {
  return [
    style.bold(pad(title, 54)) + style.dim(summary(claims)),
    ...claims.flatMap((claim) => renderClaim(claim, style)),
  ];
}

function renderClaim({ claim, verdict, holds, reason, covers, controls }: ClaimFacts, style: Style): string[] {
  const sign = holds ? style.good('✓') : verdict === 'refuted' ? style.bad('✗') : style.bad('?');
  const tried = controls.map(({ change, refuted }) => `${change} ${refuted ? 'refuted' : 'not refuted'}`).join('; ');
  const control = tried === '' || verdict === 'refuted' ? [] : [`control: ${tried}`];
  return [
    `  ${sign} ${pad(verdict, 9)} ${claim}`,
    ...[reason, covers, ...control].map((line) => style.dim(`              ${line}`)),
  ];
}

function summary(claims: readonly ClaimFacts[]): string {
  const kinds = ['proved', 'measured', 'refuted', 'inconclusive'] as const;
  return kinds
    .map((kind) => ({ kind, count: claims.filter(({ verdict }) => verdict === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`)
    .join(', ');
}

import type { AnyCell } from '@throughline/rnn';
import { type CheckOptions, type Claim, check } from '@throughline/rnn/claims';
import type { ClaimFacts } from '../facts.ts';

/** Section 5: every claim about a cell, answered. Extents and lengths are the claims' own: a proof needs none, and what is measured is measured on small runs. */
export function checkClaims(cell: AnyCell, claims: readonly Claim[], options: CheckOptions): ClaimFacts[] {
  return claims.map((claim) => {
    const { measurement, ...answer } = check(cell, claim, options);
    const { cell: name, claim: text, verdict, holds, reason, covers } = answer;
    return {
      cell: name,
      claim: text,
      verdict,
      holds,
      reason,
      covers,
      worst: measurement?.worst ?? null,
      deviations:
        measurement === null ? null : { reverse: measurement.relative, oracle: measurement.oracle?.relative ?? 0 },
      controls: (measurement?.controls ?? []).map(({ change, refuted }) => ({ change, refuted })),
    };
  });
}

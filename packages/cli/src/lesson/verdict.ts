import type { Judgement } from './claim.ts';

/** What may be said of a sentence, or that the measurement cannot tell. */
export type Verdict = 'holds' | 'holds only if' | 'refuted' | 'inconclusive';

/** Seeds without which nothing is concluded. */
export const seedsForVerdict = 5;

/** A verdict and why. */
export interface Conclusion {
  readonly verdict: Verdict;
  /** The condition of `holds only if`; why nothing is concluded. Empty otherwise. */
  readonly because: string;
}

/**
 * All parts hold: it holds. None: refuted. Some: it holds only if the condition does. Nothing follows when an oracle fails
 * or too few seeds were measured.
 *
 * @example conclude({ parts: [], oracles: [{ what: 'both ways agree', holds: false }], condition: '', charts: [] }, 5).because   // it is not so that both ways agree
 */
export function conclude({ parts, oracles, condition }: Judgement, seeds: number): Conclusion {
  const failed = oracles.filter(({ holds }) => !holds).map(({ what }) => what);
  if (failed.length > 0) return { verdict: 'inconclusive', because: `it is not so that ${failed.join('; ')}` };
  if (seeds < seedsForVerdict)
    return { verdict: 'inconclusive', because: `${seeds} of at least ${seedsForVerdict} seeds` };
  if (parts.length === 0) return { verdict: 'inconclusive', because: 'nothing was measured' };
  if (parts.every(({ holds }) => holds)) return { verdict: 'holds', because: '' };
  if (parts.every(({ holds }) => !holds)) return { verdict: 'refuted', because: '' };
  return { verdict: 'holds only if', because: condition };
}

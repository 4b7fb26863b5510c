import { ArgumentError } from '@throughline/tensor';
import type {} from 'vitest';
import type { AnyCell } from '../cell.ts';
import { type AnyRun, type CheckOptions, check } from '../claims/check.ts';
import type { Claim } from '../claims/claim.ts';

/** What vitest tells a matcher, as far as this one asks. */
interface Asked {
  readonly isNot?: boolean;
}

/** What a matcher answers. */
interface Result {
  readonly pass: boolean;
  message(): string;
}

/**
 * For `expect.extend`: `expect(lstm).toHold(claim, options)` and `expect(run).toHold(claim)` pass when the claim is proved
 * or measured. An inconclusive answer fails `toHold` and `not.toHold`.
 * @throws ArgumentError unless a cell or a run is expected; ClaimError when the claim does not fit it.
 */
export const claimMatchers = {
  toHold(this: Asked, received: unknown, claim: Claim, options?: CheckOptions): Result {
    const answer = check(subjectOf(received), claim, options);
    const pass = answer.verdict === 'inconclusive' ? this.isNot === true : answer.holds;
    return {
      pass,
      message: () => (pass ? `expected the claim not to hold\n${answer}` : `expected the claim to hold\n${answer}`),
    };
  },
};

function subjectOf(received: unknown): AnyCell | AnyRun {
  const isObject = typeof received === 'object' && received !== null;
  if (isObject && ('origin' in received || ('step' in received && 'stateNames' in received)))
    return received as AnyCell | AnyRun; // looked at
  throw new ArgumentError(
    'toHold',
    `expect takes a cell or a run here, got ${received === null ? 'null' : typeof received}.`,
  );
}

declare module 'vitest' {
  interface Matchers<T> {
    /** The claim about this cell or run is proved or measured. */
    toHold(claim: Claim, options?: CheckOptions): T;
  }
}

// statements about derivatives through time, and their answers
export type { Answer, Measurement, Place } from './answer.ts';
export { type AnyRun, type CheckOptions, check } from './check.ts';
export { type Claim, claim, isClaim } from './claim.ts';
export { ClaimError } from './language/claim-error.ts';

import type { AnyLessonClaim, LessonClaim } from './claim.ts';

/** A claim's file, loaded when it is asked for; one line per claim, in the lesson's order. */
const files = [
  // unrolling, and what the plain net cannot do
  load(() => import('./claims/00-unrolling.ts')),
  load(() => import('./claims/01-window.ts')),
  load(() => import('./claims/02-product.ts')),
  load(() => import('./claims/03-spectral-radius.ts')),
  load(() => import('./claims/04-lags.ts')),
  load(() => import('./claims/05-clipping.ts')),
  load(() => import('./claims/06-same-or-different.ts')),
  // gates, and what came after
  load(() => import('./claims/07-cell-state-belt.ts')),
  load(() => import('./claims/08-learned-gate.ts')),
  load(() => import('./claims/09-additive-path.ts')),
  load(() => import('./claims/10-gru-lstm.ts')),
  load(() => import('./claims/11-two-ceilings.ts')),
  load(() => import('./claims/12-against-length.ts')),
  load(() => import('./claims/13-streaming.ts')),
  load(() => import('./claims/14-what-survives.ts')),
];

/** The types of measurements differ from claim to claim: a claim is only ever given its own. */
function load<M>(file: () => Promise<{ readonly default: LessonClaim<M> }>): () => Promise<AnyLessonClaim> {
  return async () => (await file()).default as unknown as AnyLessonClaim; // as said
}

/** Every claim of the lesson, by number. */
export const lessonClaims = (): Promise<readonly AnyLessonClaim[]> => Promise.all(files.map((file) => file()));

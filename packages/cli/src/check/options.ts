/** What `throughline check` was asked for. */
export interface CheckOptions {
  /** The user's file as it was named, or null for the cells that come with Throughline. */
  readonly file: string | null;
  readonly hidden: number;
  readonly steps: number;
  readonly seed: number;
  readonly train: boolean;
}

/** Sequences on which sections 2 and 3 are measured. */
export const sequencesMeasured = 2;

/** Training as it is pinned, so that runs can be compared. */
export const pinned = { updates: 500, batch: 32, learningRate: 1e-2, clip: 1, testBatch: 128 } as const;

/** A test loss below this share of the baseline counts as learned. */
export const learnedBelow = 0.25;

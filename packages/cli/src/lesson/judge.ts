import type { Oracle, Part, Reading } from './claim.ts';

/** A part of a sentence that holds when the number of every seed passes. */
export const part = (says: string, reading: Reading, threshold: string, passes: (value: number) => boolean): Part => ({
  says,
  ...reading,
  threshold,
  holds: reading.values.length > 0 && reading.values.every(passes),
});

/** What must be so in every seed for the measurement to tell anything. */
export const oracle = <M>(what: string, measured: readonly M[], passes: (one: M) => boolean): Oracle => ({
  what,
  holds: measured.every(passes),
});

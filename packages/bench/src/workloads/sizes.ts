import type { RunOptions } from '../benchmark.ts';

/** The extents of one workload: batch, steps, width of the input, width of the state. */
export interface Size {
  readonly B: number;
  readonly T: number;
  readonly I: number;
  readonly H: number;
}

export type SizeName = 'S' | 'M' | 'L' | 'LONG';

/** From a net whose steps cost less than most libraries' bookkeeping to one that is all matrix products, and a long one. */
export const sizes: Readonly<Record<SizeName, Size>> = {
  S: { B: 16, T: 50, I: 32, H: 32 },
  M: { B: 32, T: 100, I: 128, H: 128 },
  L: { B: 64, T: 50, I: 256, H: 512 },
  LONG: { B: 8, T: 1000, I: 32, H: 64 },
};

/** `B 32, T 100, I 128, H 128`. */
export const describeSize = ({ B, T, I, H }: Size): string => `B ${B}, T ${T}, I ${I}, H ${H}`;

/** Those of a benchmark's sizes that are asked for: all, unless some are named. */
export const chosen = (options: RunOptions, names: readonly SizeName[]): readonly SizeName[] =>
  names.filter((name) => options.sizes?.includes(name) ?? true);

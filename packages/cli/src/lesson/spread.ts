/** Smallest, median and largest of some numbers; all NaN when one is, or there are none. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * The spread of numbers: NaN nowhere hides.
 *
 * @example spread([3, 1, 2, 10]).median   // 2.5
 */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0 || values.some(Number.isNaN)) return { min: Number.NaN, median: Number.NaN, max: Number.NaN };
  const sorted = values.toSorted((a, b) => a - b);
  const place = (i: number): number => sorted[i] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [place(Math.floor(middle)), place(Math.ceil(middle))];
  return { min: place(0), median: low === high ? low : (low + high) / 2, max: place(sorted.length - 1) };
}

/** The median alone. */
export const median = (values: readonly number[]): number => spread(values).median;

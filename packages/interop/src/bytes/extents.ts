/** More axes than this no array has: NumPy's own limit was 32 for most of its life. */
export const mostAxes = 32;
/** Longer than this no axis is. */
export const longestAxis = 2_147_483_647;

/** The bytes that an array takes; beyond 2^53 − 1 that is Infinity, which no file has. */
export function bytesOf(shape: readonly number[], bytesEach: number): number {
  if (shape.includes(0)) return 0;
  let bytes = bytesEach;
  for (const extent of shape) bytes *= extent;
  return bytes <= Number.MAX_SAFE_INTEGER ? bytes : Number.POSITIVE_INFINITY;
}

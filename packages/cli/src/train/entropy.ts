/**
 * Bits per character when each is guessed from how often it occurs, and nothing else: −Σ p log₂ p.
 *
 * @example unigramBits([...'aabb'])   // 1
 */
export function unigramBits(characters: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / characters.length) * Math.log2(count / characters.length);
  return bits;
}

/** Nats, in which losses are computed, as bits. */
export const toBits = (nats: number): number => nats / Math.LN2;

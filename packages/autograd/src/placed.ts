/** @file Lists of what is there, back in the places of a list in which some are missing. */
import type { Cotangent } from './primitive.ts';

/** `list` in the places that are true, null elsewhere. */
export function placed(list: readonly Cotangent[], present: readonly boolean[]): Cotangent[] {
  let next = 0;
  return present.map((is) => (is ? (list[next++] ?? null) : null));
}

/** `list` in the places where `like` is not null. */
export const unpack = (like: readonly Cotangent[], list: readonly Cotangent[]): Cotangent[] =>
  placed(
    list,
    like.map((x) => x !== null),
  );

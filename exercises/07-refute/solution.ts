/** A vector along the first axis is stretched by 30 in one step; that both directions shrink shows only later. */
export const counterexample: readonly (readonly [number, number])[] = [
  [0.9, 30],
  [0, 0.9],
];

/** What one step stretches at most is the largest singular value, and T − t steps no more than its power. */
export const repaired = '‖∂h[T]/∂h[t]‖ ≤ σmax(U)^(T−t)';

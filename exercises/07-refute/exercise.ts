/**
 * Exercise 7: a claim to refute (20 minutes)
 *
 * "If the spectral radius of U is below 1, the gradient of h' = tanh(x W + h U + b) can only shrink on its way back." One
 * reads it often, as ‖∂h[T]/∂h[t]‖ ≤ ρ(U)^(T−t). It is false, even without the tanh.
 *
 * 1. `counterexample`: a 2 × 2 matrix U with ρ(U) ≤ 0.9 and some power U^k whose norm is at least 10.
 * 2. `repaired`: a claim of the same form that is true, and that `check` can prove: replace what stands to the right of ≤.
 *    The language of claims is on docs/claims.md.
 *
 *   npm run exercise 7              checks what stands here
 *   npm run exercise 7 -- --hint    if you are stuck
 */
export const counterexample: readonly (readonly [number, number])[] = [
  [0.9, 0],
  [0, 0.9],
];

export const repaired = '‖∂h[T]/∂h[t]‖ ≤ ρ(U)^(T−t)';

import type { Tensor } from '@throughline/tensor';
import type { Operand } from '../operand.ts';
import { where } from '../primitives/where.ts';

/**
 * f(x) where `cond` holds and f(safe) elsewhere, so that f never meets what lies outside its domain.
 *
 * `where(cond, f(x), …)` hides a NaN or ∞ of f, but 0 times its derivative is NaN again in the gradient. Here x itself is
 * replaced first. f must work element by element; follow it by `where` to choose what stands elsewhere.
 *
 * Shapes: cond, x and safe broadcast. Gradient: f's where `cond` holds, 0 elsewhere.
 * @throws as where does.
 * @example whereSafe(greater(tensor([0, 4]), 0), sqrt, tensor([0, 4]), 1)   // f64[2] [1, 2]
 */
export const whereSafe = (cond: Tensor, f: (x: Tensor) => Tensor, x: Operand, safe: Operand): Tensor =>
  f(where(cond, x, safe));

import type { Tensor } from '@throughline/tensor';
import { equal } from '../primitives/maps/comparison.ts';
import { where } from '../primitives/where.ts';

/** f(x), and the constant 0 where x is 0: f has a kink there, and the derivative 0 is the convention. */
export function zeroSafe(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const zero = equal(x, 0);
  return where(zero, 0, f(where(zero, 1, x)));
}

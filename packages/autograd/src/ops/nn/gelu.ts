import { ArgumentError, type Tensor } from '@throughline/tensor';
import { add, mul } from '../../primitives/maps/arithmetic.ts';
import { sigmoid } from '../../primitives/maps/exponential.ts';
import { square } from '../../primitives/maps/powers.ts';
import { erfc } from '../../primitives/special/error.ts';
import { clip } from '../clip.ts';
import { checkFloats } from './check.ts';

/** Which of two functions gelu is. */
export interface GeluOptions {
  /** 'tanh' for ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))); exact by default. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * x · Φ(x), element by element, Φ being the normal distribution's cumulative function.
 *
 * Shapes: any, unchanged. Dtypes: floats; NaN at −∞. Negative x keep their digits, since Φ is ½ erfc(−x / √2). Gradient:
 * x̄ = ȳ (Φ(x) + x φ(x)), φ(x) = e^(−x²/2) / √(2π); that of the approximation, where it is asked for.
 * @throws ArgumentError for another `approximate`; DTypeError unless x is a float.
 * @example gelu(tensor([-1000, 0, 1]))                    // f64[3] [-0, 0, 0.841345]
 * @example gelu(tensor([1]), { approximate: 'tanh' })   // f64[1] [0.841192]
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkFloats('gelu', x);
  const { approximate = 'none' } = options;
  if (approximate === 'tanh') return byTanh(x);
  if (approximate === 'none') return mul(mul(x, 0.5), erfc(mul(x, minusRootHalf)));
  throw new ArgumentError('gelu', `approximate is "${String(approximate)}". Use 'tanh' or 'none'.`);
}

const minusRootHalf = -Math.sqrt(0.5);
const twoRootTwoOverPi = 1.5957691216057308; // 2 √(2/π)

/** ½ (1 + tanh u) is sigmoid(2u), which keeps the digits of small results. */
function byTanh(x: Tensor): Tensor {
  // Beyond ±30 the sigmoid is 0 or 1 and its derivative 0; there the cube might overflow, and 0 · ∞ is NaN.
  const z = clip(x, -30, 30);
  return mul(x, sigmoid(mul(mul(z, twoRootTwoOverPi), add(1, mul(0.044715, square(z))))));
}

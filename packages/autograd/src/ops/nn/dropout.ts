import { ArgumentError, type Tensor } from '@throughline/tensor';
import { div } from '../../primitives/maps/arithmetic.ts';
import { bernoulli } from '../../primitives/random.ts';
import { where } from '../../primitives/where.ts';
import { checkFloats } from './check.ts';

/**
 * 0 with probability `rate`, else x / (1 − rate), element by element: the mean stays. Leave it out to evaluate.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: ȳ / (1 − rate) where x was kept, else 0.
 * @throws ArgumentError unless 0 ≤ rate < 1; DTypeError unless x is a float and the key int32[2].
 * @example dropout(key(7), tensor([1, 2, 3]), 0)   // f64[3] [1, 2, 3]
 */
export function dropout(key: Tensor, x: Tensor, rate: number): Tensor {
  checkFloats('dropout', x);
  if (!(rate >= 0 && rate < 1)) throw new ArgumentError('dropout', `the rate is ${rate}, not in [0, 1).`);
  return where(bernoulli(key, 1 - rate, x.shape), div(x, 1 - rate), 0);
}

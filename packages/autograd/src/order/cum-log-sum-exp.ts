import { normalizeAxis, type Tensor } from '@throughline/tensor';
import { checkFloat } from '../operand.ts';
import { associativeScan } from '../ops/associative-scan.ts';
import { add, sub } from '../primitives/maps/arithmetic.ts';
import { greater } from '../primitives/maps/comparison.ts';
import { softplus } from '../primitives/maps/exponential.ts';
import { isFinite as finite } from '../primitives/maps/logical.ts';
import { moveAxes } from '../primitives/transpose.ts';
import { where } from '../primitives/where.ts';
import type { CumulativeOptions } from './cumulative.ts';

/**
 * log Σ exp(x) over the elements so far along an axis, the last by default, without overflow. Neighbours are combined
 * first, then pairs of pairs, as `associativeScan` does.
 *
 * Shapes: any but a scalar, unchanged. Dtypes: floats. −∞ adds nothing; +∞ gives +∞ from there on. Gradient: x̄_i = Σ ȳ_t
 * exp(x_i − y_t) over all t from i on, as long as those y_t are finite.
 * @throws AxisError when the axis is out of range; DTypeError unless float.
 * @example cumLogSumExp(tensor([1000, 1000]))   // f64[2] [1000, 1000.69]
 */
export function cumLogSumExp(x: Tensor, axis = -1, options: CumulativeOptions = {}): Tensor {
  const a = normalizeAxis('cumLogSumExp', axis, x);
  checkFloat('cumLogSumExp', x);
  return moveAxes(associativeScan(logAddExp, moveAxes(x, a, 0), options), 0, a);
}

/** larger + log(1 + exp(smaller − larger)); where the larger is infinite or NaN, it is all there is. */
function logAddExp(a: Tensor, b: Tensor): Tensor {
  const first = greater(a, b);
  const [larger, smaller] = [where(first, a, b), where(first, b, a)];
  const usual = finite(larger);
  const gap = sub(where(usual, smaller, Number.NEGATIVE_INFINITY), where(usual, larger, 0));
  return add(larger, softplus(gap));
}

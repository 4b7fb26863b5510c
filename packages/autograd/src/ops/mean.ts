import { normalizeAxes, type Tensor } from '@throughline/tensor';
import { checkFloat } from '../operand.ts';
import { div } from '../primitives/maps/arithmetic.ts';
import { checkNotEmpty } from '../primitives/max-min.ts';
import { type ReduceOptions, sum } from '../primitives/sum-broadcast.ts';

/**
 * The mean over `axes` (all of them by default): their sum, divided by their count.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: floats. Gradient: x̄ = ȳ / n, repeated.
 * @throws ShapeError when an axis is empty; AxisError when one is out of range or named twice; DTypeError unless float.
 * @example mean(tensor([[1, 2], [3, 4]]))        // f64[] 2.5
 * @example mean(tensor([[1, 2], [3, 4]]), [0])   // f64[2] [2, 3]
 */
export function mean(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const list = normalizeAxes('mean', axes, x);
  checkFloat('mean', x);
  checkNotEmpty('mean', x, list);
  const count = list.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1);
  return div(sum(x, list, options), count);
}

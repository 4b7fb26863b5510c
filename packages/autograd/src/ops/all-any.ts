import { DTypeError, formatType, type Tensor } from '@throughline/tensor';
import { cast } from '../primitives/cast.ts';
import { equal, greater } from '../primitives/maps/comparison.ts';
import { logicalNot } from '../primitives/maps/logical.ts';
import { type ReduceOptions, sum } from '../primitives/sum-broadcast.ts';

/**
 * Whether every element over `axes` (all of them by default) is true; true when there is none.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: bool. Gradient: none, the result is a bool.
 * @throws DTypeError unless bool; AxisError when an axis is out of range or named twice.
 * @example all(tensor([true, false]))   // bool[] false
 */
export const all = (x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor =>
  equal(sum(cast(logicalNot(checkBool('all', x)), 'int32'), axes, options), 0);

/**
 * Whether any element over `axes` (all of them by default) is true; false when there is none.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: bool. Gradient: none, the result is a bool.
 * @throws DTypeError unless bool; AxisError when an axis is out of range or named twice.
 * @example any(tensor([true, false]))   // bool[] true
 */
export const any = (x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor =>
  greater(sum(cast(checkBool('any', x), 'int32'), axes, options), 0);

function checkBool(op: string, x: Tensor): Tensor {
  if (x.dtype !== 'bool')
    throw new DTypeError(op, `takes bool, got ${formatType(x)}. Compare it first: notEqual(x, 0).`);
  return x;
}

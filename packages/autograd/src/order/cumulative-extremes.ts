import { arange, normalizeAxis, type Tensor } from '@throughline/tensor';
import { associativeScan } from '../ops/associative-scan.ts';
import { greaterEqual, lessEqual, notEqual } from '../primitives/maps/comparison.ts';
import { logicalOr } from '../primitives/maps/logical.ts';
import { reshape } from '../primitives/reshape.ts';
import { stopGradient } from '../primitives/stop-gradient.ts';
import { broadcastOperand } from '../primitives/sum-broadcast.ts';
import { moveAxes } from '../primitives/transpose.ts';
import { where } from '../primitives/where.ts';
import { checkNumber } from './check-number.ts';
import type { CumulativeOptions } from './cumulative.ts';
import { takeAlong } from './take-along.ts';

/**
 * The largest so far along an axis, the last by default; NaN from the first NaN on.
 *
 * Shapes: any but a scalar, unchanged. Dtypes: numbers. Gradient: ȳ goes to the element that is given; of several that
 * tie, −0 and 0 among them, that is the first met.
 * @throws AxisError when the axis is out of range; DTypeError for bool.
 * @example cummax(tensor([1, 3, 2]))   // f64[3] [1, 3, 3]
 */
export const cummax = (x: Tensor, axis = -1, options: CumulativeOptions = {}): Tensor =>
  running('cummax', greaterEqual, x, axis, options);

/**
 * The smallest so far along an axis, the last by default; NaN from the first NaN on.
 *
 * Shapes: any but a scalar, unchanged. Dtypes: numbers. Gradient: ȳ goes to the element that is given; of several that
 * tie, −0 and 0 among them, that is the first met.
 * @throws AxisError when the axis is out of range; DTypeError for bool.
 * @example cummin(tensor([3, 1, 2]))   // f64[3] [3, 1, 1]
 */
export const cummin = (x: Tensor, axis = -1, options: CumulativeOptions = {}): Tensor =>
  running('cummin', lessEqual, x, axis, options);

interface Best {
  readonly value: Tensor;
  readonly place: Tensor;
}

/** Which element it is, is found without derivatives; then it is taken. */
function running(
  op: string,
  stands: (a: Tensor, b: Tensor) => Tensor,
  x: Tensor,
  axis: number,
  options: CumulativeOptions,
): Tensor {
  const a = normalizeAxis(op, axis, x);
  checkNumber(op, x);
  const value = stopGradient(moveAxes(x, a, 0));
  const length = value.shape[0] ?? 0;
  const steps = reshape(arange(0, length, 1, 'int32'), [length, ...value.shape.slice(1).fill(1)]);
  const place = broadcastOperand(steps, value.shape, [value]);
  const best = associativeScan<Best>(
    (first, second) => {
      const keeps = logicalOr(stands(first.value, second.value), notEqual(first.value, first.value)); // NaN stays
      return { value: where(keeps, first.value, second.value), place: where(keeps, first.place, second.place) };
    },
    { value, place },
    options,
  );
  return takeAlong(x, moveAxes(best.place, 0, a), a);
}

import { full, type Tensor } from '@throughline/tensor';
import { div } from '../../primitives/maps/arithmetic.ts';
import { max } from '../../primitives/max-min.ts';
import { reshape } from '../../primitives/reshape.ts';
import { sum } from '../../primitives/sum-broadcast.ts';
import { windows } from '../../primitives/windows.ts';
import { checkFloats } from './check.ts';
import { padded, type Sliding, type SlidingOptions, slidingOf } from './padding.ts';

/** How means over windows count what was added at the ends. */
export interface AvgPool1dOptions extends SlidingOptions {
  /** Zeros of the padding count as elements; true by default. */
  readonly countIncludePad?: boolean;
}

/**
 * The mean over windows of `size` steps, one after the other unless `stride` says otherwise.
 *
 * Shapes: x [T, …], or [B, T, …] with `batchFirst` → [T', …]. `padding` as in conv1d; its zeros count as elements unless
 * `countIncludePad: false`. Dtypes: floats. Gradient: each element gets ȳ / size from every window that it is in.
 * @throws ShapeError when no window fits; ArgumentError for counts that are none; AxisError without an axis of time.
 * @example avgPool1d(tensor([1, 3, 5, 9]), 2)   // f64[2] [2, 7]
 */
export function avgPool1d(x: Tensor, size: number, options: AvgPool1dOptions = {}): Tensor {
  checkFloats('avgPool1d', x);
  const sliding = slidingOf('avgPool1d', x, size, options, size);
  const total = sum(cut(x, sliding, 0), sliding.axis + 1);
  if (options.countIncludePad !== false) return div(total, size);
  const { axis } = sliding;
  const ones = full([x.shape[axis] ?? 0], 1, x.dtype);
  const counts = sum(cut(ones, { ...sliding, axis: 0 }, 0), 1);
  return div(
    total,
    reshape(
      counts,
      total.shape.map((extent, a) => (a === axis ? extent : 1)),
    ),
  );
}

/**
 * The largest element of windows of `size` steps, one after the other unless `stride` says otherwise; NaN when there is one.
 *
 * Shapes: x [T, …], or [B, T, …] with `batchFirst` → [T', …]. `padding` as in conv1d; what is added is −∞. Dtypes: floats.
 * Gradient: ȳ at the largest element of each window, shared evenly by those that tie.
 * @throws ShapeError when no window fits; ArgumentError for counts that are none; AxisError without an axis of time.
 * @example maxPool1d(tensor([1, 3, 9, 5]), 2)   // f64[2] [3, 9]
 */
export function maxPool1d(x: Tensor, size: number, options: SlidingOptions = {}): Tensor {
  checkFloats('maxPool1d', x);
  const sliding = slidingOf('maxPool1d', x, size, options, size);
  return max(cut(x, sliding, Number.NEGATIVE_INFINITY), sliding.axis + 1);
}

/** The windows of x, with `value` at both ends. */
const cut = (x: Tensor, sliding: Sliding, value: number): Tensor =>
  windows(padded(x, sliding, value), sliding.size, sliding);

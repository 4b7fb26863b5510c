import { ArgumentError, formatType, normalizeAxis, type Tensor, tensor } from '@throughline/tensor';
import { concat } from '../primitives/concat-split.ts';
import { gather } from '../primitives/gather-scatter.ts';
import { reshape } from '../primitives/reshape.ts';
import { slice } from '../primitives/slice-pad.ts';
import { broadcastTo } from '../primitives/sum-broadcast.ts';

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;

/**
 * The whole tensor, repeated along its axes: `reps` times along the last, or one number per axis, aligned at the last.
 *
 * Shapes: extents times reps; axes are added in front where reps has more. Dtypes: any. Gradient: x̄ = the sum over copies.
 * @throws ArgumentError unless the numbers are integers ≥ 0.
 * @example tile(tensor([1, 2]), 2)        // f64[4] [1, 2, 1, 2]
 * @example tile(tensor([1, 2]), [2, 1])   // f64[2,2] [[1, 2], [1, 2]]
 */
export function tile(x: Tensor, reps: number | readonly number[]): Tensor {
  const list = typeof reps === 'number' ? [reps] : reps;
  if (!list.every(isCount)) throw new ArgumentError('tile', `[${list}] are not counts ≥ 0.`);
  const rank = Math.max(x.rank, list.length);
  const extents = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const times = [...new Array<number>(rank - list.length).fill(1), ...list];
  const spread = reshape(
    x,
    extents.flatMap((extent) => [1, extent]),
  );
  const copies = broadcastTo(
    spread,
    extents.flatMap((extent, axis) => [times[axis] ?? 1, extent]),
  );
  return reshape(
    copies,
    extents.map((extent, axis) => extent * (times[axis] ?? 1)),
  );
}

/**
 * Every element or slice along an axis, repeated where it stands: as often as a number says, or each as often as its own.
 * Without an axis the elements in row-major order.
 *
 * Shapes: the extent of `axis` times repeats, or their sum; one axis where none is named. Dtypes: any. Gradient: x̄ = the sum
 * over copies.
 * @throws ArgumentError unless repeats are integers ≥ 0, one or as many as the axis has elements; AxisError.
 * @example repeat(tensor([1, 2]), 2)        // f64[4] [1, 1, 2, 2]
 * @example repeat(tensor([1, 2]), [3, 0])   // f64[3] [1, 1, 1]
 */
export function repeat(x: Tensor, repeats: number | readonly number[], axis?: number): Tensor {
  if (axis === undefined) return repeat(reshape(x, [x.size]), repeats, 0);
  const at = normalizeAxis('repeat', axis, x);
  const extent = x.shape[at] ?? 0;
  const list = typeof repeats === 'number' ? [repeats] : repeats;
  if (!list.every(isCount)) throw new ArgumentError('repeat', `[${list}] are not counts ≥ 0.`);
  if (typeof repeats === 'number') {
    const spread = reshape(x, x.shape.toSpliced(at + 1, 0, 1));
    const copies = broadcastTo(spread, x.shape.toSpliced(at + 1, 0, repeats));
    return reshape(copies, x.shape.with(at, extent * repeats));
  }
  if (list.length !== extent) {
    throw new ArgumentError('repeat', `${list.length} counts for the ${extent} along axis ${at} of ${formatType(x)}.`);
  }
  const indices = list.flatMap((times, i) => new Array<number>(times).fill(i));
  return gather(x, tensor(indices, { dtype: 'int32', shape: [indices.length] }), at);
}

/**
 * Elements moved `shift` places on along an axis; those that leave at the end come back in front. Several axes are given with
 * one shift or one each. Without an axis the elements move in row-major order.
 *
 * Shapes: any, unchanged. Dtypes: any. Gradient: x̄ = ȳ moved back.
 * @throws ArgumentError unless the shifts are integers, one or as many as axes; AxisError when an axis is out of range.
 * @example roll(tensor([1, 2, 3]), 1)                     // f64[3] [3, 1, 2]
 * @example roll(tensor([[1, 2], [3, 4]]), -1, 0)          // f64[2,2] [[3, 4], [1, 2]]
 */
export function roll(x: Tensor, shift: number | readonly number[], axis?: number | readonly number[]): Tensor {
  if (axis === undefined) return reshape(roll(reshape(x, [x.size]), shift, 0), x.shape);
  const axes = typeof axis === 'number' ? [axis] : axis;
  const shifts = typeof shift === 'number' ? axes.map(() => shift) : shift;
  if (!shifts.every(Number.isInteger) || shifts.length !== axes.length) {
    throw new ArgumentError('roll', `shifts [${shifts}] are not integers, one for each of the axes [${axes}].`);
  }
  return axes.reduce((y, one, i) => rollOne(y, shifts[i] ?? 0, normalizeAxis('roll', one, x)), x);
}

function rollOne(x: Tensor, shift: number, axis: number): Tensor {
  const extent = x.shape[axis] ?? 0;
  const cut = extent === 0 ? 0 : ((-shift % extent) + extent) % extent;
  if (cut === 0) return x;
  const zeros = x.shape.map(() => 0);
  return concat([slice(x, zeros.with(axis, cut), x.shape), slice(x, zeros, x.shape.with(axis, cut))], axis);
}

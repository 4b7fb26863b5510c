import { arange, type Tensor } from '@throughline/tensor';
import { gather } from '../primitives/gather-scatter.ts';
import { add, mul } from '../primitives/maps/arithmetic.ts';
import { reshape } from '../primitives/reshape.ts';
import { moveAxes } from '../primitives/transpose.ts';

/**
 * The elements of x at int32 places along an axis, counted from the front; the other axes of both are alike. It is what is
 * left of takeAlongAxis when places are known to be right: four passes over them less.
 */
export function takeAlong(x: Tensor, places: Tensor, axis: number): Tensor {
  const end = x.rank - 1;
  const [from, at] = [moveAxes(x, axis, end), moveAxes(places, axis, end)];
  const extent = from.shape[end] ?? 0;
  const count = at.shape[end] ?? 0;
  const rows = from.shape.slice(0, end).reduce((n, m) => n * m, 1);
  const own = reshape(at, [rows, count]);
  const starts = reshape(mul(arange(rows, 'int32'), extent), [rows, 1]);
  const flat = rows === 1 ? own : add(own, starts);
  return moveAxes(reshape(gather(reshape(from, [rows * extent]), flat), at.shape), end, axis);
}

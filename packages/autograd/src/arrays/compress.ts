import {
  checkTensor,
  DTypeError,
  formatType,
  normalizeAxis,
  ShapeError,
  sameShape,
  type Tensor,
} from '@throughline/tensor';
import { lift } from '../operand.ts';
import { gather } from '../primitives/gather-scatter.ts';
import { less } from '../primitives/maps/comparison.ts';
import { countOf, nonzero, type SizeOptions } from '../primitives/nonzero.ts';
import { reshape } from '../primitives/reshape.ts';
import { broadcastTo } from '../primitives/sum-broadcast.ts';
import { where } from '../primitives/where.ts';

/**
 * The slices of x along an axis for which a condition holds; without an axis the elements of x for which it does, row-major.
 * `size` fixes how many, so that it may be traced and compiled: the rest is left out, or filled with `fill`.
 *
 * Shapes: condition [n], n the extent of `axis`, which becomes size; without an axis condition as x → [size]. Dtypes: condition
 * bool; x any. Gradient: ȳ where it was taken from, 0 elsewhere.
 * @throws DTypeError unless the condition is bool; ShapeError when it does not fit x; AxisError for the axis; ArgumentError unless
 * size is a count; TraceError when size is missing where there are no numbers.
 * @example compress(tensor([true, false, true]), tensor([1, 2, 3]))                       // f64[2] [1, 3]
 * @example compress(tensor([true, false, true]), tensor([1, 2, 3]), { size: 4, fill: -1 })   // f64[4] [1, 3, -1, -1]
 */
export function compress(condition: Tensor, x: Tensor, options: SizeOptions & { readonly axis?: number } = {}): Tensor {
  checkTensor('compress', condition);
  checkTensor('compress', x);
  const { axis, size = countOf('compress', condition), fill = 0 } = options;
  if (condition.dtype !== 'bool') {
    throw new DTypeError(
      'compress',
      `the condition is ${formatType(condition)}, not bool. Compare it: notEqual(cond, 0).`,
    );
  }
  const at = axis === undefined ? 0 : normalizeAxis('compress', axis, x);
  const expected = axis === undefined ? x.shape : [x.shape[at] ?? 0];
  if (!sameShape(condition.shape, expected)) {
    const of = axis === undefined ? formatType(x) : `axis ${at} of ${formatType(x)}`;
    throw new ShapeError('compress', `the condition is ${formatType(condition)}, which does not fit ${of}.`);
  }
  const from = axis === undefined ? reshape(x, [x.size]) : x;
  const [places] = nonzero(reshape(condition, [condition.size]), { size, fill: -1 }) as [Tensor]; // one axis
  const [, constant] = lift('compress', [x, fill]) as [Tensor, Tensor]; // as many as were given
  if (condition.size === 0) return broadcastTo(constant, from.shape.with(at, size));
  const missing = less(places, 0); // they read the first slice, which then gives way to `fill`
  const taken = gather(from, where(missing, 0, places), at);
  return where(reshape(missing, [size, ...new Array<number>(from.rank - at - 1).fill(1)]), constant, taken);
}

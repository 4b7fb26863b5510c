import {
  ArgumentError,
  arange,
  checkTensor,
  type DType,
  formatType,
  linspace,
  ShapeError,
  type Tensor,
} from '@throughline/tensor';
import { cast } from '../primitives/cast.ts';
import { greaterEqual } from '../primitives/maps/comparison.ts';
import { pow } from '../primitives/maps/powers.ts';
import { reshape } from '../primitives/reshape.ts';
import { broadcastTo, filled } from '../primitives/sum-broadcast.ts';
import { where } from '../primitives/where.ts';

/**
 * A value everywhere, under the type of another tensor.
 *
 * Shapes: as x. Dtypes: as x, or `dtype`. Gradient: none, it is a constant.
 * @throws DTypeError when the value does not fit the dtype.
 * @example fullLike(tensor([1, 2]), 7)   // f64[2] [7, 7]
 */
export function fullLike(x: Tensor, value: number, dtype: DType = x.dtype): Tensor {
  checkTensor('fullLike', x);
  return filled({ dtype, shape: x.shape }, value);
}

/**
 * Zeros under the type of another tensor.
 *
 * Shapes: as x. Dtypes: as x, or `dtype`. Gradient: none, it is a constant.
 * @example zerosLike(tensor([1, 2]))   // f64[2] [0, 0]
 */
export const zerosLike = (x: Tensor, dtype?: DType): Tensor => fullLike(x, 0, dtype);

/**
 * Ones under the type of another tensor.
 *
 * Shapes: as x. Dtypes: as x, or `dtype`. Gradient: none, it is a constant.
 * @example onesLike(tensor([1, 2]), 'int32')   // i32[2] [1, 1]
 */
export const onesLike = (x: Tensor, dtype?: DType): Tensor => fullLike(x, 1, dtype);

/**
 * `count` values at equal ratios, from base^start to base^stop, both included.
 *
 * Shapes: → [count]. Dtypes: float64, or `dtype`. Gradient: none, it is a constant.
 * @throws ArgumentError when the count is not an integer ≥ 0 or an end is not finite.
 * @example logspace(0, 2, 3)      // f64[3] [1, 10, 100]
 * @example logspace(0, 3, 4, 2)   // f64[4] [1, 2, 4, 8]
 */
export function logspace(start: number, stop: number, count: number, base = 10, dtype: DType = 'float64'): Tensor {
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new ArgumentError('logspace', `start ${start} and stop ${stop} must be finite.`);
  }
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError('logspace', `the count ${count} is not an integer ≥ 0.`);
  }
  if (!(base > 0)) throw new ArgumentError('logspace', `the base ${base} is not positive.`);
  return cast(pow(base, linspace(start, stop, count)), dtype);
}

/**
 * Grids from vectors: of each a tensor whose value changes along its own axis alone. As in NumPy the first two axes are
 * swapped unless `indexing` is 'ij'.
 *
 * Shapes: vectors of m, n, … elements → as many tensors [n, m, …], with 'ij' [m, n, …]. Dtypes: any. Gradient: x̄ = the sum over
 * the other axes.
 * @throws ShapeError unless all are vectors; ArgumentError for another indexing.
 * @example meshgrid([tensor([1, 2]), tensor([3, 4])])[0]   // f64[2,2] [[1, 2], [1, 2]]
 */
export function meshgrid(xs: readonly Tensor[], options: { readonly indexing?: 'xy' | 'ij' } = {}): Tensor[] {
  const { indexing = 'xy' } = options;
  if (indexing !== 'xy' && indexing !== 'ij')
    throw new ArgumentError('meshgrid', `indexing is "${String(indexing)}". Use 'xy' or 'ij'.`);
  for (const x of xs) {
    checkTensor('meshgrid', x);
    if (x.rank !== 1) throw new ShapeError('meshgrid', `${formatType(x)} is not a vector.`);
  }
  const axisOf = (i: number): number => (indexing === 'xy' && i < 2 && xs.length > 1 ? 1 - i : i);
  const shape = xs.map((_, i) => xs[axisOf(i)]?.size ?? 0);
  return xs.map((x, i) =>
    broadcastTo(
      reshape(
        x,
        shape.map((_, axis) => (axis === axisOf(i) ? x.size : 1)),
      ),
      shape,
    ),
  );
}

/** True on and below the k-th diagonal. */
function lower(op: string, m: number, n: number, k: number): Tensor {
  if (!Number.isInteger(k)) throw new ArgumentError(op, `the diagonal ${k} is not an integer.`);
  const rows = reshape(arange(k, k + m, 1, 'int32'), [m, 1]);
  return greaterEqual(rows, arange(0, n, 1, 'int32'));
}

/**
 * Ones on and below the k-th diagonal, zeros above.
 *
 * Shapes: → [n, m], m being n by default. Dtypes: float64, or `dtype`. Gradient: none, it is a constant.
 * @throws ArgumentError unless the numbers are integers, n and m ≥ 0.
 * @example tri(2)   // f64[2,2] [[1, 0], [1, 1]]
 */
export function tri(n: number, m = n, k = 0, dtype: DType = 'float64'): Tensor {
  if (![n, m].every((extent) => Number.isInteger(extent) && extent >= 0))
    throw new ArgumentError('tri', `[${n},${m}] is not a shape: extents are integers ≥ 0.`);
  return cast(lower('tri', n, m, k), dtype);
}

/**
 * The matrix with zeros above its k-th diagonal.
 *
 * Shapes: [..., m, n], unchanged. Dtypes: any. Gradient: the same of ȳ.
 * @throws ShapeError when x has fewer than two axes; ArgumentError unless k is an integer.
 * @example tril(tensor([[1, 2], [3, 4]]))   // f64[2,2] [[1, 0], [3, 4]]
 */
export function tril(x: Tensor, k = 0): Tensor {
  return where(lower('tril', ...extents('tril', x), k), x, 0);
}

/**
 * The matrix with zeros below its k-th diagonal.
 *
 * Shapes: [..., m, n], unchanged. Dtypes: any. Gradient: the same of ȳ.
 * @throws ShapeError when x has fewer than two axes; ArgumentError unless k is an integer.
 * @example triu(tensor([[1, 2], [3, 4]]))   // f64[2,2] [[1, 2], [0, 4]]
 */
export function triu(x: Tensor, k = 0): Tensor {
  return where(lower('triu', ...extents('triu', x), k - 1), 0, x);
}

function extents(op: string, x: Tensor): [number, number] {
  checkTensor(op, x);
  const [m, n] = x.shape.slice(-2);
  if (m === undefined || n === undefined)
    throw new ShapeError(op, `${formatType(x)} is not a matrix: it needs two axes.`);
  return [m, n];
}

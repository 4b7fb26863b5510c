import {
  ArgumentError,
  formatType,
  normalizeAxis,
  ShapeError,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { checkNumbers } from '../operand.ts';
import { contractLabels } from '../primitives/contract.ts';
import { mul, sub } from '../primitives/maps/arithmetic.ts';
import { reshape } from '../primitives/reshape.ts';
import { roll } from './repeating.ts';

const types = (a: TensorType, b: TensorType): string => `${formatType(a)} × ${formatType(b)}`;
const range = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);
const flat = (x: Tensor): Tensor => reshape(x, [x.size]);

/**
 * Every element of one vector times every element of another; a tensor of other rank counts as the vector of its elements.
 *
 * Shapes: sizes m and n → [m, n]. Dtypes: numbers, equal. Gradient: ā = ȳ b, b̄ = ȳᵀ a.
 * @throws DTypeError when dtypes differ, or for bool.
 * @example outer(tensor([1, 2]), tensor([3, 4]))   // f64[2,2] [[3, 4], [6, 8]]
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkNumbers('outer', [a, b]);
  return contractLabels(flat(a), flat(b), { a: [0], b: [1], out: [0, 1] });
}

/**
 * Sums of products over the last axes of both operands; a scalar multiplies.
 *
 * Shapes: [..., k] and [..., k] → the leading axes of a, then those of b. Dtypes: numbers, equal. Gradient: contractions of
 * ȳ with the other operand.
 * @throws ShapeError when the last axes differ; DTypeError when dtypes differ, or for bool.
 * @example inner(tensor([[1, 2], [3, 4]]), tensor([5, 6]))   // f64[2] [17, 39]
 */
export function inner(a: Tensor, b: Tensor): Tensor {
  checkNumbers('inner', [a, b]);
  if (a.rank === 0 || b.rank === 0) return mul(a, b);
  return over('inner', a, b, [a.rank - 1], [b.rank - 1]);
}

/**
 * NumPy's dot product: over the last axis of a and the last but one of b, or the only one; a scalar multiplies. For batches
 * of matrices, which this does not pair, there is matmul.
 *
 * Shapes: [..., k] and [..., k, n] → the other axes of a, then those of b; [k] and [k] → []. Dtypes: numbers, equal.
 * Gradient: contractions of ȳ with the other operand.
 * @throws ShapeError when the axes differ; DTypeError when dtypes differ, or for bool.
 * @example dot(tensor([1, 2]), tensor([3, 4]))   // f64[] 11
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkNumbers('dot', [a, b]);
  if (a.rank === 0 || b.rank === 0) return mul(a, b);
  return over('dot', a, b, [a.rank - 1], [Math.max(0, b.rank - 2)]);
}

/**
 * The dot product of the elements of two tensors, in row-major order.
 *
 * Shapes: two of one size → []. Dtypes: numbers, equal. Gradient: ā = ȳ b, b̄ = ȳ a.
 * @throws ShapeError when the sizes differ; DTypeError when dtypes differ, or for bool.
 * @example vdot(tensor([[1, 2]]), tensor([[3], [4]]))   // f64[] 11
 */
export function vdot(a: Tensor, b: Tensor): Tensor {
  checkNumbers('vdot', [a, b]);
  if (a.size !== b.size) throw new ShapeError('vdot', `sizes differ: ${types(a, b)} (${a.size} ≠ ${b.size}).`);
  return contractLabels(flat(a), flat(b), { a: [0], b: [0], out: [] });
}

/**
 * Sums of products over some axes of both operands: the last n of a and the first n of b, or lists of one length, paired.
 *
 * Shapes: the other axes of a, then those of b. Dtypes: numbers, equal. Gradient: contractions of ȳ with the other operand.
 * @throws ShapeError when paired axes differ; AxisError when an axis is out of range; ArgumentError when lists differ in
 * length, name an axis twice, or n is not a count; DTypeError when dtypes differ, or for bool.
 * @example tensordot(tensor([[1, 2], [3, 4]]), tensor([[1, 2], [3, 4]]))   // f64[] 30
 * @example tensordot(tensor([[1, 2], [3, 4]]), tensor([5, 6]), [[0], [0]])   // f64[2] [23, 34]
 */
export function tensordot(
  a: Tensor,
  b: Tensor,
  axes: number | readonly [number | readonly number[], number | readonly number[]] = 2,
): Tensor {
  checkNumbers('tensordot', [a, b]);
  if (typeof axes === 'number') {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(a.rank, b.rank)) {
      throw new ArgumentError('tensordot', `${axes} axes cannot be paired in ${types(a, b)}.`);
    }
    return over('tensordot', a, b, range(axes, a.rank - axes), range(axes));
  }
  const [p = [], q = []] = axes.map((list) => (typeof list === 'number' ? [list] : list));
  if (p.length !== q.length) throw new ArgumentError('tensordot', `axes [${p}] and [${q}] do not pair up.`);
  return over(
    'tensordot',
    a,
    b,
    p.map((axis) => normalizeAxis('tensordot', axis, a)),
    q.map((axis) => normalizeAxis('tensordot', axis, b)),
  );
}

/** The contraction of axes p of a with axes q of b. */
function over(op: string, a: Tensor, b: Tensor, p: readonly number[], q: readonly number[]): Tensor {
  for (const [list, x] of [
    [p, a],
    [q, b],
  ] as const) {
    if (new Set(list).size < list.length) {
      throw new ArgumentError(op, `axes [${list}] of ${formatType(x)} name an axis twice.`);
    }
  }
  p.forEach((axis, i) => {
    const [m, n] = [a.shape[axis], b.shape[q[i] ?? 0]];
    if (m === n) return;
    throw new ShapeError(
      op,
      `axis ${axis} of the first and ${q[i]} of the second differ: ${types(a, b)} (${m} ≠ ${n}).`,
    );
  });
  const ofA = range(a.rank);
  const ofB = range(b.rank, a.rank).map((label, axis) => p[q.indexOf(axis)] ?? label);
  const once = (own: readonly number[], other: readonly number[]): number[] => own.filter((l) => !other.includes(l));
  return contractLabels(a, b, { a: ofA, b: ofB, out: [...once(ofA, ofB), ...once(ofB, ofA)] });
}

/**
 * The Kronecker product: b, repeated in place of every element of a, times that element.
 *
 * Shapes: extents multiply, axis by axis from the last; missing ones are 1. Dtypes: numbers, equal. Gradient: contractions
 * of ȳ, seen as blocks, with the other operand.
 * @throws DTypeError when dtypes differ, or for bool.
 * @example kron(tensor([1, 10]), tensor([[1, 2]]))   // f64[1,4] [[1, 2, 10, 20]]
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  checkNumbers('kron', [a, b]);
  const rank = Math.max(a.rank, b.rank);
  const [p, q] = [a, b].map((x) => [...new Array<number>(rank - x.rank).fill(1), ...x.shape]) as [number[], number[]]; // two
  const blocks = contractLabels(reshape(a, p), reshape(b, q), {
    a: range(rank),
    b: range(rank, rank),
    out: range(rank).flatMap((axis) => [axis, rank + axis]),
  });
  return reshape(
    blocks,
    p.map((extent, axis) => extent * (q[axis] ?? 1)),
  );
}

/**
 * The cross product of vectors of three, along an axis.
 *
 * Shapes: both broadcast, with 3 along `axis`, the last by default. Dtypes: numbers, equal. Gradient: ā = b × ȳ, b̄ = ȳ × a.
 * @throws ShapeError when an axis has not 3 elements; AxisError when it is out of range; DTypeError when dtypes differ.
 * @example cross(tensor([1, 0, 0]), tensor([0, 1, 0]))   // f64[3] [0, 0, 1]
 */
export function cross(a: Tensor, b: Tensor, axis = -1): Tensor {
  checkNumbers('cross', [a, b]);
  for (const x of [a, b]) {
    const extent = x.shape[normalizeAxis('cross', axis, x)];
    if (extent !== 3) throw new ShapeError('cross', `axis ${axis} of ${formatType(x)} has ${extent} elements, not 3.`);
  }
  const [a1, a2, b1, b2] = [roll(a, -1, axis), roll(a, -2, axis), roll(b, -1, axis), roll(b, -2, axis)];
  return sub(mul(a1, b2), mul(a2, b1));
}

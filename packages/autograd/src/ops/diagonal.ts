import { ArgumentError, AxisError, formatType, normalizeAxis, ShapeError, type Tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { reshape } from '../primitives/reshape.ts';
import { padPrimitive, slice } from '../primitives/slice-pad.ts';
import { sum } from '../primitives/sum-broadcast.ts';
import { transpose } from '../primitives/transpose.ts';

/**
 * The diagonal of the matrices that two axes span: `offset` above the main one, or below where it is negative.
 *
 * Shapes: axis1 and axis2, of extents m and n, leave; the diagonal is the last axis. Dtypes: any. Gradient: ȳ on the
 * diagonal, 0 elsewhere. One that lies outside is empty.
 * @throws AxisError when an axis is out of range or both are one; ArgumentError unless the offset is an integer.
 * @example diagonal(tensor([[1, 2], [3, 4]]))      // f64[2] [1, 4]
 * @example diagonal(tensor([[1, 2], [3, 4]]), 1)   // f64[1] [2]
 */
export function diagonal(x: Tensor, offset = 0, axis1 = 0, axis2 = 1): Tensor {
  return diagonalOf('diagonal', x, offset, axis1, axis2);
}

/** `diagonal`, in the name of the op that was called. */
export function diagonalOf(op: string, x: Tensor, offset: number, axis1: number, axis2: number): Tensor {
  checkOffset(op, offset);
  const pair = [normalizeAxis(op, axis1, x), normalizeAxis(op, axis2, x)];
  const [a = 0, b = 0] = pair;
  if (a === b) throw new AxisError(op, `axes ${axis1} and ${axis2} of ${formatType(x)} are one. Name two.`);
  const lead = x.shape.flatMap((_, axis) => (axis === a || axis === b ? [] : [axis]));
  const [m = 0, n = 0] = [x.shape[a], x.shape[b]];
  const extents = lead.map((axis) => x.shape[axis] ?? 0);
  const flat = reshape(transpose(x, [...lead, a, b]), [...extents, m * n]); // the diagonal is every (n + 1)-th of these
  const count = Math.max(0, Math.min(m + Math.min(offset, 0), n - Math.max(offset, 0)));
  const start = count === 0 ? 0 : firstOf(offset, n);
  const zeros = extents.map(() => 0);
  const ones = extents.map(() => 1);
  const stop = count === 0 ? 0 : start + (count - 1) * (n + 1) + 1;
  return slice(flat, [...zeros, start], [...extents, stop], [...ones, n + 1]);
}

/** The place of a diagonal's first element in a matrix with n columns, row-major. */
const firstOf = (offset: number, n: number): number => (offset < 0 ? -offset * n : offset);

function checkOffset(op: string, offset: number): void {
  if (!Number.isInteger(offset)) throw new ArgumentError(op, `the offset ${offset} is not an integer.`);
}

/**
 * The diagonal of a matrix, or the matrix that has a vector on its diagonal and 0 elsewhere; `k` above the main one.
 *
 * Shapes: [m, n] → the diagonal's extent; [n] → [n + |k|, n + |k|]. Dtypes: any. Gradient: of one form the other.
 * @throws ShapeError unless x is a vector or a matrix; ArgumentError unless k is an integer.
 * @example diag(tensor([1, 2]))               // f64[2,2] [[1, 0], [0, 2]]
 * @example diag(tensor([[1, 2], [3, 4]]), -1)   // f64[1] [3]
 */
export function diag(x: Tensor, k = 0): Tensor {
  if (x.rank === 2) return diagonalOf('diag', x, k, 0, 1);
  if (x.rank !== 1) {
    throw new ShapeError('diag', `${formatType(x)} is neither a vector nor a matrix. diagonal takes any two axes.`);
  }
  checkOffset('diag', k);
  const count = x.size;
  const n = count + Math.abs(k);
  const spread = count === 0 ? 0 : count + (count - 1) * n;
  const low = count === 0 ? 0 : firstOf(k, n);
  const params = { low: [low], high: [n * n - low - spread], interior: [n] };
  return reshape(bind(padPrimitive, [x], params)[0], [n, n]);
}

/**
 * The sum of a diagonal of the matrices that two axes span. (`trace` records Programs.)
 *
 * Shapes: axis1 and axis2 leave. Dtypes: numbers. Gradient: ȳ on the diagonal, 0 elsewhere.
 * @throws AxisError when an axis is out of range or both are one; DTypeError for bool.
 * @example matrixTrace(tensor([[1, 2], [3, 4]]))   // f64[] 5
 */
export function matrixTrace(x: Tensor, offset = 0, axis1 = 0, axis2 = 1): Tensor {
  return sum(diagonalOf('matrixTrace', x, offset, axis1, axis2), [-1]);
}

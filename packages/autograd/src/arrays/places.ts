import {
  broadcastShapes,
  checkTensor,
  formatType,
  normalizeAxis,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  stridesOf,
  type Tensor,
  zeros,
} from '@throughline/tensor';
import { known } from '../known.ts';
import { checkSameDType, lift, type Operand } from '../operand.ts';
import { at } from '../ops/at.ts';
import { checkIndexType, checkIndices, gather, ownPart } from '../primitives/gather-scatter.ts';
import { add, mul } from '../primitives/maps/arithmetic.ts';
import { greaterEqual, less } from '../primitives/maps/comparison.ts';
import { logicalOr } from '../primitives/maps/logical.ts';
import { reshape } from '../primitives/reshape.ts';
import { scatterSet } from '../primitives/scatter-set.ts';
import { broadcastTo } from '../primitives/sum-broadcast.ts';
import { moveAxes } from '../primitives/transpose.ts';
import { where } from '../primitives/where.ts';

/** What an index that is out of range becomes, so that it is out of range of every axis. */
const WRONG = -2147483648;

/**
 * The elements or slices of x at places with an index for each of its first axes, which stand along the last axis of
 * `indices`; negative ones count from the end.
 *
 * Shapes: x [d₀, …, dₙ], indices [..., k] → [..., dₖ, …, dₙ]. Dtypes: x any, indices int32. Gradient: each place's part of ȳ, added
 * up where a place comes back.
 * @throws ShapeError when indices are a scalar or name more axes than x has; DTypeError unless they are int32; ArgumentError when
 * one is out of range.
 * @example gatherND(tensor([[1, 2], [3, 4]]), tensor([[0, 1], [1, 0]], { dtype: 'int32' }))   // f64[2] [2, 3]
 */
export function gatherND(x: Tensor, indices: Tensor): Tensor {
  checkTensor('gatherND', x);
  checkTensor('gatherND', indices);
  checkIndexType('gatherND', indices);
  const depth = indices.shape.at(-1);
  if (depth === undefined || depth > x.rank) {
    throw new ShapeError(
      'gatherND',
      `${formatType(indices)} has not, along its last axis, indices into ${formatType(x)}.`,
    );
  }
  const lead = x.shape.slice(0, depth);
  const rows = reshape(x, [sizeOf(lead), ...x.shape.slice(depth)]);
  return gather(rows, flatPlaces('gatherND', x, indices, lead), 0);
}

/** Indices along the last axis, as places in the axes laid out row-major. */
function flatPlaces(op: string, x: Tensor, indices: Tensor, lead: Shape): Tensor {
  const strides = stridesOf(lead);
  const columns = lead.map((extent, axis) => {
    const column = at(indices, axis, -1);
    const numbers = known(column);
    if (numbers !== null) checkIndices(op, numbers, extent, `axis ${axis} of ${formatType(x)}`);
    const local = where(less(column, 0), add(column, extent), column);
    return { place: mul(local, strides[axis] ?? 1), isWrong: logicalOr(less(local, 0), greaterEqual(local, extent)) };
  });
  const zero = {
    place: zeros(indices.shape.slice(0, -1), 'int32'),
    isWrong: zeros(indices.shape.slice(0, -1), 'bool'),
  };
  const [first = zero, ...rest] = columns;
  const all = rest.reduce(
    (a, b) => ({ place: add(a.place, b.place), isWrong: logicalOr(a.isWrong, b.isWrong) }),
    first,
  );
  return where(all.isWrong, WRONG, all.place);
}

/**
 * Along an axis, at every place the element of x that `indices` names there: what `argsort` gives sorts. Negative indices count
 * from the end.
 *
 * Shapes: of one rank, broadcast beside `axis` (the last by default) → with the extent of indices along it. Dtypes: x any, indices
 * int32. Gradient: each place's part of ȳ, added up where an index comes back.
 * @throws ShapeError when ranks differ or shapes do not broadcast; DTypeError unless indices are int32; AxisError for the axis;
 * ArgumentError when an index is out of range.
 * @example takeAlongAxis(tensor([[1, 2], [3, 4]]), tensor([[1], [0]], { dtype: 'int32' }))   // f64[2,1] [[2], [3]]
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis = -1): Tensor {
  const op = 'takeAlongAxis';
  const { at, shape } = alongAxis(op, x, indices, axis);
  const extent = x.shape[at] ?? 0;
  const width = indices.shape[at] ?? 0;
  const rows = rowsOf(broadcastTo(x, shape.with(at, extent)), at);
  const places = rowsOf(broadcastTo(indices, shape.with(at, width)), at);
  const flat = ownPart(op, places, extent, `axis ${at} of ${formatType(x)}`);
  const taken = gather(reshape(rows, [rows.size]), flat, 0);
  return fromRows(taken, shape.with(at, width), at);
}

/**
 * x with `values` at the places that `indices` names along an axis; where one comes back the last value stays. The inverse of
 * takeAlongAxis where none does. Negative indices count from the end.
 *
 * Shapes: indices of the rank of x, broadcast to it beside `axis`; values broadcast to indices → as x. Dtypes: x and values equal,
 * indices int32. Gradient: x gets ȳ where nothing was written, values get ȳ where theirs is the one that stayed.
 * @throws ShapeError when ranks differ or shapes do not broadcast; DTypeError; AxisError for the axis; ArgumentError when an index is
 * out of range.
 * @example putAlongAxis(tensor([[1, 2], [3, 4]]), tensor([[1], [0]], { dtype: 'int32' }), 9, 1)   // f64[2,2] [[1, 9], [9, 4]]
 */
export function putAlongAxis(x: Tensor, indices: Tensor, values: Operand, axis = -1): Tensor {
  const op = 'putAlongAxis';
  const { at, shape } = alongAxis(op, x, indices, axis);
  const extent = x.shape[at] ?? 0;
  const [, given] = lift(op, [x, values]) as [Tensor, Tensor]; // as many as were given
  checkSameDType(op, [x, given]);
  const full = shape.with(at, indices.shape[at] ?? 0);
  if (
    !sameShape(shape.with(at, extent), x.shape) ||
    !sameShape(broadcastShapes(op, given, { dtype: x.dtype, shape: full }), full)
  ) {
    throw new ShapeError(
      op,
      `${formatType(given)} at ${formatType(indices)} along axis ${at} does not fit ${formatType(x)}.`,
    );
  }
  const places = rowsOf(broadcastTo(indices, full), at);
  const flat = ownPart(op, places, extent, `axis ${at} of ${formatType(x)}`);
  const rows = rowsOf(x, at);
  const written = scatterSet(reshape(rows, [rows.size]), flat, rowsOf(broadcastTo(given, full), at));
  return fromRows(reshape(written, rows.shape), x.shape, at);
}

/** The axis, counted from the front, and the shape to which x and indices broadcast beside it. */
function alongAxis(op: string, x: Tensor, indices: Tensor, axis: number): { at: number; shape: Shape } {
  const at = normalizeAxis(op, axis, x);
  checkTensor(op, indices);
  checkIndexType(op, indices);
  if (indices.rank !== x.rank) {
    throw new ShapeError(
      op,
      `${formatType(indices)} and ${formatType(x)} have not as many axes. Use gather for slices.`,
    );
  }
  const shape = x.shape.map((extent, k) => {
    const other = indices.shape[k] ?? 1;
    if (k === at || extent === other || extent === 1 || other === 1) return extent === 1 ? other : extent;
    const types = `${formatType(x)} and ${formatType(indices)}`;
    throw new ShapeError(
      op,
      `${types} do not broadcast beside axis ${at}: axis ${k} has sizes ${extent} and ${other}.`,
    );
  });
  return { at, shape };
}

/** An axis moved to the end, and the others made one. */
function rowsOf(x: Tensor, axis: number): Tensor {
  const extent = x.shape[axis] ?? 0;
  return reshape(moveAxes(x, axis, x.rank - 1), [sizeOf(x.shape.toSpliced(axis, 1)), extent]);
}

const fromRows = (rows: Tensor, shape: Shape, axis: number): Tensor =>
  moveAxes(reshape(rows, [...shape.toSpliced(axis, 1), shape[axis] ?? 0]), shape.length - 1, axis);

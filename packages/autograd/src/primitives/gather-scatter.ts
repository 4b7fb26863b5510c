import {
  ArgumentError,
  Concrete,
  checkTensor,
  DTypeError,
  formatType,
  kernels,
  normalizeAxis,
  type Shape,
  ShapeError,
  sameShape,
  type Tensor,
  type TensorType,
  tensor,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { checkSameDType } from '../operand.ts';
import { type Batch, type BatchRule, definePrimitive, type Primitive } from '../primitive.ts';
import { add } from './maps/arithmetic.ts';
import { greaterEqual, less } from './maps/comparison.ts';
import { logicalOr } from './maps/logical.ts';
import { reshape } from './reshape.ts';
import { broadcastOperand } from './sum-broadcast.ts';
import { moveAxes } from './transpose.ts';
import { where } from './where.ts';

/** Operands: x, then the int32 indices. */
const gatherPrimitive: Primitive<{ axis: number }, 2, 1> = definePrimitive({
  name: 'gather',
  semantics: { kind: 'gather' },
  infer([x, indices], { axis }) {
    checkIndexType('gather', indices);
    return [{ dtype: x.dtype, shape: replaceAxis(x.shape, normalizeAxis('gather', axis, x), indices.shape) }];
  },
  eval([x, indices], { axis }) {
    checkRange('gather', indices, x, axis);
    return [kernels.gather(x, indices, axis)];
  },
  pullbacks: [
    ([ct], { inputs: [x, indices], params: { axis } }) =>
      ct && bind(scatterPrimitive, [ct, indices], { axis, extent: x.shape[axis] ?? 0 })[0],
    null, // integers have no cotangent
  ],
  batch: batchGather,
});

/** Operands: the updates, then the int32 indices. Adds into zeros, whose `axis` has `extent`. */
export const scatterPrimitive: Primitive<{ axis: number; extent: number }, 2, 1> = definePrimitive({
  name: 'scatterAdd',
  semantics: { kind: 'scatter' },
  infer([updates, indices], { axis, extent }) {
    checkIndexType('scatterAdd', indices);
    if (updates.dtype === 'bool') {
      throw new DTypeError('scatterAdd', `${formatType(updates)} is not a number type. Use cast(x, 'int32') first.`);
    }
    if (!sameShape(updates.shape.slice(axis, axis + indices.shape.length), indices.shape)) {
      throw new ShapeError(
        'scatterAdd',
        `${formatType(updates)} has not the axes of ${formatType(indices)} at axis ${axis}.`,
      );
    }
    return [{ dtype: updates.dtype, shape: targetShape(updates, indices, axis, extent) }];
  },
  eval([updates, indices], { axis, extent }) {
    const target: TensorType = { dtype: updates.dtype, shape: targetShape(updates, indices, axis, extent) };
    checkRange('scatterAdd', indices, target, axis);
    return [kernels.scatterAdd(target, indices, updates, axis)];
  },
  pullbacks: [
    ([ct], { inputs: [, indices], params: { axis } }) => ct && bind(gatherPrimitive, [ct, indices], { axis })[0],
    null, // integers have no cotangent
  ],
  batch: batchScatter,
});

/**
 * The slices of x at `indices` along `axis`; negative indices count from the end. An embedding is a gather of rows.
 *
 * Shapes: `axis` is replaced by the axes of indices. Dtypes: x any, indices int32. Gradient: each slice's part of ȳ, added
 * up where an index comes back.
 * @throws DTypeError unless indices are int32; ArgumentError when an index is out of range; AxisError for the axis.
 * @example gather(tensor([10, 20, 30]), tensor([2, 0], { dtype: 'int32' }))   // f64[2] [30, 10]
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  checkTensor('gather', indices);
  return bind(gatherPrimitive, [x, indices], { axis: normalizeAxis('gather', axis, x) })[0];
}

/**
 * `target` with every slice of `updates` added at its index along `axis`; an index that comes back adds again.
 *
 * Shapes: updates as `gather(target, indices, axis)` gives them → as target. Dtypes: numbers, equal; indices int32. The
 * updates add up from 0 in ascending order, then target is added. Gradient: target gets ȳ, updates get gather(ȳ, indices).
 * @throws ShapeError when updates do not fit; DTypeError; ArgumentError when an index is out of range.
 * @example scatterAdd(tensor([1, 1]), tensor([0, 0], { dtype: 'int32' }), tensor([2, 3]))   // f64[2] [6, 1]
 */
export function scatterAdd(target: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  checkSameDType('scatterAdd', [target, updates]);
  checkTensor('scatterAdd', indices);
  const at = normalizeAxis('scatterAdd', axis, target);
  checkUpdates('scatterAdd', target, indices, updates, at);
  return add(target, bind(scatterPrimitive, [updates, indices], { axis: at, extent: target.shape[at] ?? 0 })[0]);
}

/** Throws unless updates are what a gather of the target would give. */
export function checkUpdates(
  op: string,
  target: TensorType,
  indices: TensorType,
  updates: TensorType,
  axis: number,
): void {
  const expected = { dtype: target.dtype, shape: replaceAxis(target.shape, axis, indices.shape) };
  if (sameShape(updates.shape, expected.shape)) return;
  throw new ShapeError(
    op,
    `updates are ${formatType(updates)}, but ${formatType(indices)} into axis ${axis} of ${formatType(target)} takes ${formatType(expected)}.`,
  );
}

/** x alone has one more axis in front; with indices of its own, every example reads its part of one long axis. */
function batchGather({ inputs, mapped, params: { axis }, size }: Batch<{ axis: number }>): ReturnType<BatchRule> {
  const [x, indices] = inputs as readonly [Tensor, Tensor]; // the primitive's arity
  if (!mapped[1]) return { outputs: bind(gatherPrimitive, [x, indices], { axis: axis + 1 }) };
  if (!mapped[0]) return { outputs: [moveAxes(bind(gatherPrimitive, [x, indices], { axis })[0], axis, 0)] };
  const extent = x.shape[axis + 1] ?? 0;
  const front = moveAxes(x, axis + 1, 1);
  const long = reshape(front, [size * extent, ...front.shape.slice(2)]);
  const rows = bind(gatherPrimitive, [long, ownPart('gather', indices, extent)], { axis: 0 })[0];
  return { outputs: [moveAxes(rows, 1, axis + 1, indices.rank - 1)] };
}

function batchScatter({
  inputs,
  mapped,
  params,
  size,
}: Batch<{ axis: number; extent: number }>): ReturnType<BatchRule> {
  const [given, indices] = inputs as readonly [Tensor, Tensor]; // the primitive's arity
  const { axis, extent } = params;
  if (!mapped[1]) return { outputs: bind(scatterPrimitive, [given, indices], { axis: axis + 1, extent }) };
  const updates = mapped[0] ? given : broadcastOperand(given, [size, ...given.shape], inputs);
  const front = moveAxes(updates, axis + 1, 1, indices.rank - 1);
  const long = { axis: 0, extent: size * extent };
  const sums = bind(scatterPrimitive, [front, ownPart('scatterAdd', indices, extent)], long)[0];
  return { outputs: [moveAxes(reshape(sums, [size, extent, ...sums.shape.slice(1)]), 1, axis + 1)] };
}

/** Indices [examples, …] into axes of one extent, as indices into all these axes laid end to end; wrong ones stay wrong. */
export function ownPart(
  op: string,
  indices: Tensor,
  extent: number,
  of = `an axis of extent ${extent} in vmap`,
): Tensor {
  if (indices instanceof Concrete) checkIndices(op, indices, extent, of);
  const [size = 0, ...rest] = indices.shape;
  const starts = tensor(Int32Array.from({ length: size }, (_, n) => n * extent));
  const local = where(less(indices, 0), add(indices, extent), indices);
  const isWrong = logicalOr(less(local, 0), greaterEqual(local, extent));
  return where(isWrong, -2147483648, add(local, reshape(starts, [size, ...rest.fill(1)])));
}

const replaceAxis = (shape: Shape, axis: number, by: Shape): Shape => shape.toSpliced(axis, 1, ...by);

const targetShape = (updates: TensorType, indices: TensorType, axis: number, extent: number): Shape =>
  updates.shape.toSpliced(axis, indices.shape.length, extent);

/** Throws unless indices are int32. */
export function checkIndexType(op: string, indices: TensorType): void {
  if (indices.dtype === 'int32') return;
  throw new DTypeError(op, `indices are ${formatType(indices)}, not int32. Convert with cast(indices, 'int32').`);
}

/** `checkIndices` for an axis of x. */
export function checkRange(op: string, indices: Concrete, x: TensorType, axis: number): void {
  checkIndices(op, indices, x.shape[axis] ?? 0, `axis ${axis} of ${formatType(x)}`);
}

/** Throws when an index is not within −extent … extent − 1, with its place. */
export function checkIndices(op: string, indices: Concrete, extent: number, of: string): void {
  const bad = kernels.firstOutOfRange(indices, extent);
  if (bad < 0) return;
  const remedy = extent === 0 ? 'It is empty.' : `Use ${-extent} to ${extent - 1}.`;
  throw new ArgumentError(
    op,
    `index ${indices.storage[bad]} at indices[${placeOf(bad, indices.shape)}] is out of range for ${of}. ${remedy}`,
  );
}

/** A flat position as one index per axis. */
function placeOf(flat: number, shape: Shape): string {
  let rest = flat;
  const place = shape.toReversed().map((extent) => {
    const index = rest % extent;
    rest = (rest - index) / extent;
    return index;
  });
  return place.reverse().join(',');
}

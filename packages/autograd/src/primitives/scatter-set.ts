import { arange, checkTensor, full, normalizeAxis, type Tensor } from '@throughline/tensor';
import { scatterSet as kernel } from '@throughline/tensor/arrays';
import { bind } from '../bind.ts';
import { checkSameDType } from '../operand.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { batchInto } from './batch-into.ts';
import { checkIndexType, checkRange, checkUpdates, gather } from './gather-scatter.ts';
import { equal, less } from './maps/comparison.ts';
import { reshape } from './reshape.ts';
import { where } from './where.ts';

/** Operands: the target, the int32 indices, the updates. */
const primitive: Primitive<{ axis: number }, 3, 1> = definePrimitive({
  name: 'scatterSet',
  semantics: { kind: 'host' },
  infer([target, indices, updates], { axis }) {
    checkSameDType('scatterSet', [target, updates]);
    checkIndexType('scatterSet', indices);
    checkUpdates('scatterSet', target, indices, updates, axis);
    return [{ dtype: target.dtype, shape: target.shape }];
  },
  eval([target, indices, updates], { axis }) {
    checkRange('scatterSet', indices, target, axis);
    return [kernel(target, indices, updates, axis)];
  },
  pullbacks: [
    // What was written over has no part in the result.
    ([ct], { inputs: [x, indices], params: { axis } }) =>
      ct && where(along(less(writers(indices, x.shape[axis] ?? 0), 0), ct, axis), ct, 0),
    null, // integers have no cotangent
    // Of the updates for one place the last alone has.
    ([ct], { inputs: [x, indices], params: { axis } }) => {
      if (ct === null) return null;
      const last = equal(gather(writers(indices, x.shape[axis] ?? 0), indices), numbered(indices));
      return where(along(last, gather(ct, indices, axis), axis), gather(ct, indices, axis), 0);
    },
  ],
  batch: (batch) => batchInto(primitive, batch),
});

/** The updates by their number, row-major. */
const numbered = ({ size, shape }: Tensor): Tensor => reshape(arange(0, size, 1, 'int32'), shape);

/** For every place of the axis the number of the update that it holds, or −1. */
const writers = (indices: Tensor, extent: number): Tensor =>
  bind(primitive, [full([extent], -1, 'int32'), indices, numbered(indices)], { axis: 0 })[0];

/** Something said of the axes that begin at `axis`, as said of all axes of x. */
const along = (what: Tensor, x: Tensor, axis: number): Tensor =>
  reshape(what, [...what.shape, ...new Array<number>(x.rank - axis - what.rank).fill(1)]);

/**
 * `target` with every slice of `updates` in place of its own at an index along `axis`; where an index comes back the last
 * update stays, in row-major order of the indices. Negative indices count from the end.
 *
 * Shapes: updates as `gather(target, indices, axis)` gives them → as target. Dtypes: any, equal; indices int32. Gradient: target
 * gets ȳ where nothing was written, updates get ȳ where theirs is the one that stayed, and 0 elsewhere.
 * @throws ShapeError when updates do not fit; DTypeError; ArgumentError when an index is out of range.
 * @example scatterSet(tensor([1, 1, 1]), tensor([0, 2, 0], { dtype: 'int32' }), tensor([5, 6, 7]))   // f64[3] [7, 1, 6]
 */
export function scatterSet(target: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  checkTensor('scatterSet', indices);
  return bind(primitive, [target, indices, updates], { axis: normalizeAxis('scatterSet', axis, target) })[0];
}

import { checkTensor, normalizeAxis, type Tensor } from '@throughline/tensor';
import { scatterExtreme } from '@throughline/tensor/arrays';
import { bind } from '../bind.ts';
import { checkNumbers } from '../operand.ts';
import { definePrimitive, type Linearization, type Primitive } from '../primitive.ts';
import { batchInto } from './batch-into.ts';
import { cast } from './cast.ts';
import { checkIndexType, checkRange, checkUpdates, gather, scatterAdd } from './gather-scatter.ts';
import { div } from './maps/arithmetic.ts';
import { equal } from './maps/comparison.ts';
import { where } from './where.ts';

type At = Linearization<{ axis: number }, 3, 1>;

/** Operands: the target, the int32 indices, the updates. */
function extreme(name: string, pick: (a: number, b: number) => number): Primitive<{ axis: number }, 3, 1> {
  const primitive: Primitive<{ axis: number }, 3, 1> = definePrimitive({
    name,
    semantics: { kind: 'host' },
    infer([target, indices, updates], { axis }) {
      checkNumbers(name, [target, updates]);
      checkIndexType(name, indices);
      checkUpdates(name, target, indices, updates, axis);
      return [{ dtype: target.dtype, shape: target.shape }];
    },
    eval([target, indices, updates], { axis }) {
      checkRange(name, indices, target, axis);
      return [scatterExtreme(target, indices, updates, axis, pick)];
    },
    // All that equal the extreme of a place, the target among them, share its cotangent evenly.
    pullbacks: [
      ([ct], at) => ct && where(equal(at.inputs[0], at.outputs[0]), share(ct, at), 0),
      null, // integers have no cotangent
      ([ct], at) => {
        if (ct === null) return null;
        const { inputs, params } = at;
        return where(tiedUpdates(at), gather(share(ct, at), inputs[1], params.axis), 0);
      },
    ],
    batch: (batch) => batchInto(primitive, batch),
  });
  return primitive;
}

const tiedUpdates = ({ inputs: [, indices, updates], outputs: [y], params: { axis } }: At): Tensor =>
  equal(updates, gather(y, indices, axis));

/** ȳ over the number of those that tie. */
function share(ct: Tensor, at: At): Tensor {
  const { inputs, outputs, params } = at;
  const ofTarget = cast(equal(inputs[0], outputs[0]), ct.dtype);
  const count = scatterAdd(ofTarget, inputs[1], cast(tiedUpdates(at), ct.dtype), params.axis);
  return div(ct, count);
}

const maxPrimitive = extreme('scatterMax', Math.max);
const minPrimitive = extreme('scatterMin', Math.min);

function scatter(primitive: Primitive<{ axis: number }, 3, 1>, x: Tensor, i: Tensor, u: Tensor, axis: number): Tensor {
  checkTensor(primitive.name, i);
  return bind(primitive, [x, i, u], { axis: normalizeAxis(primitive.name, axis, x) })[0];
}

/**
 * The larger of each element of `target` and all updates for its place along `axis`; NaN where there is one. Negative indices
 * count from the end.
 *
 * Shapes: updates as `gather(target, indices, axis)` gives them → as target. Dtypes: numbers, equal; indices int32. Gradient: ȳ
 * goes to the largest, shared evenly by those that tie, the target among them.
 * @throws ShapeError when updates do not fit; DTypeError; ArgumentError when an index is out of range.
 * @example scatterMax(tensor([1, 1]), tensor([0, 0], { dtype: 'int32' }), tensor([3, 2]))   // f64[2] [3, 1]
 */
export const scatterMax = (target: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor =>
  scatter(maxPrimitive, target, indices, updates, axis);

/**
 * The smaller of each element of `target` and all updates for its place along `axis`; NaN where there is one. Negative indices
 * count from the end.
 *
 * Shapes: updates as `gather(target, indices, axis)` gives them → as target. Dtypes: numbers, equal; indices int32. Gradient: ȳ
 * goes to the smallest, shared evenly by those that tie, the target among them.
 * @throws ShapeError when updates do not fit; DTypeError; ArgumentError when an index is out of range.
 * @example scatterMin(tensor([1, 1]), tensor([0, 0], { dtype: 'int32' }), tensor([-3, 2]))   // f64[2] [-3, 1]
 */
export const scatterMin = (target: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor =>
  scatter(minPrimitive, target, indices, updates, axis);

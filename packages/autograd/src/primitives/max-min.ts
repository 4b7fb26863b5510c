import {
  DTypeError,
  formatType,
  kernels,
  normalizeAxes,
  ShapeError,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { cast } from './cast.ts';
import { div } from './maps/arithmetic.ts';
import { equal } from './maps/comparison.ts';
import { reshape } from './reshape.ts';
import { broadcastTo, keepAxes, type ReduceOptions, sum, without } from './sum-broadcast.ts';
import { where } from './where.ts';

interface ReduceParams {
  readonly axes: readonly number[];
}

/** Throws when an axis of extent 0 is reduced by an op that has no value for an empty set. */
export function checkNotEmpty(op: string, x: TensorType, axes: readonly number[]): void {
  const axis = axes.find((a) => x.shape[a] === 0);
  if (axis === undefined) return;
  throw new ShapeError(op, `axis ${axis} of ${formatType(x)} is empty, and nothing has no ${op}. Check x.size first.`);
}

function extreme(name: 'max' | 'min', combine: 'maximum' | 'minimum'): Primitive<ReduceParams, 1, 1> {
  return definePrimitive<ReduceParams, 1>({
    name,
    semantics: { kind: 'reduce', combine },
    infer([x], { axes }) {
      if (x.dtype === 'bool') {
        throw new DTypeError(name, `${formatType(x)} is not a number type. Use any or all, or cast(x, 'int32').`);
      }
      checkNotEmpty(name, x, axes);
      return [{ dtype: x.dtype, shape: without(x.shape, normalizeAxes(name, axes, x)) }];
    },
    eval: ([x], { axes }) => [kernels[name](x, axes)],
    // The elements that equal the extreme share its cotangent evenly.
    pullbacks: [
      ([ct], { inputs: [x], outputs: [y], params: { axes } }) => {
        if (ct === null) return null;
        const spread = (t: Tensor): Tensor => broadcastTo(reshape(t, keepAxes(x.shape, axes)), x.shape);
        const tied = equal(x, spread(y));
        return where(tied, spread(div(ct, sum(cast(tied, ct.dtype), axes))), 0);
      },
    ],
  });
}

const maxPrimitive = extreme('max', 'maximum');
const minPrimitive = extreme('min', 'minimum');

function reduce(
  primitive: Primitive<ReduceParams, 1, 1>,
  x: Tensor,
  axes: number | readonly number[] | undefined,
  options: ReduceOptions,
): Tensor {
  const list = normalizeAxes(primitive.name, axes, x);
  const y = bind(primitive, [x], { axes: list })[0];
  return options.keepDims === true ? reshape(y, keepAxes(x.shape, list)) : y;
}

/**
 * The largest element over `axes` (all of them by default); NaN when there is one.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: numbers. Gradient: x̄ = ȳ at the largest element,
 * shared evenly by those that tie, 0 elsewhere.
 * @throws AxisError when an axis is out of range or named twice; ShapeError when one is empty; DTypeError for bool.
 * @example max(tensor([[1, 4], [3, 2]]))        // f64[] 4
 * @example max(tensor([[1, 4], [3, 2]]), [0])   // f64[2] [3, 4]
 */
export const max = (x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor =>
  reduce(maxPrimitive, x, axes, options);

/**
 * The smallest element over `axes` (all of them by default); NaN when there is one.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: numbers. Gradient: x̄ = ȳ at the smallest element,
 * shared evenly by those that tie, 0 elsewhere.
 * @throws AxisError when an axis is out of range or named twice; ShapeError when one is empty; DTypeError for bool.
 * @example min(tensor([[1, 4], [3, 2]]))        // f64[] 1
 * @example min(tensor([[1, 4], [3, 2]]), [0])   // f64[2] [1, 2]
 */
export const min = (x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor =>
  reduce(minPrimitive, x, axes, options);

import { normalizeAxes, normalizeAxis, type Tensor } from '@throughline/tensor';
import * as kernels from '@throughline/tensor/order';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';
import { takeAlong } from './take-along.ts';

const primitive = definePrimitive<{ axis: number; descending: boolean }, 1>({
  name: 'argsort',
  semantics: { kind: 'host' },
  infer([x], { axis }) {
    normalizeAxes('argsort', axis, x);
    return [{ dtype: 'int32', shape: x.shape }];
  },
  eval: ([x], { axis, descending }) => [kernels.argsort(x, axis, descending)],
  batchParams: ({ axis, descending }) => ({ axis: axis + 1, descending }),
  pullbacks: [null],
});

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** The largest first. */
  readonly descending?: boolean;
}

/**
 * Places of the elements along an axis, the last by default, in the order of their values: `x` taken there is sorted.
 *
 * Elements that tie keep their order, in either direction; −0 and 0 tie. NaN is the largest: last, or first if descending.
 *
 * Shapes: any but a scalar, unchanged. Dtypes: any → int32. Gradient: none, the result is integers.
 * @throws AxisError when the axis is out of range.
 * @example argsort(tensor([3, 1, 2]))   // i32[3] [1, 2, 0]
 */
export function argsort(x: Tensor, axis = -1, { descending = false }: SortOptions = {}): Tensor {
  return bind(primitive, [x], { axis: normalizeAxis('argsort', axis, x), descending })[0];
}

/**
 * The elements along an axis, the last by default, in ascending order (`descending`: in descending).
 *
 * Elements that tie keep their order, in either direction; −0 and 0 tie. NaN is the largest: last, or first if descending.
 *
 * Shapes: any but a scalar, unchanged. Dtypes: any. Gradient: each part of ȳ goes to the element that stands there: of
 * those that tie, in their order.
 * @throws AxisError when the axis is out of range.
 * @example sort(tensor([3, 1, 2]))                           // f64[3] [1, 2, 3]
 * @example sort(tensor([3, 1, 2]), -1, { descending: true })   // f64[3] [3, 2, 1]
 */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): Tensor {
  const a = normalizeAxis('sort', axis, x);
  return takeAlong(x, argsort(x, a, options), a);
}

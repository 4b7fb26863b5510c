import {
  type Concrete,
  formatType,
  fromStorage,
  kernels,
  normalizeAxis,
  type Shape,
  ShapeError,
  stridesOf,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { checkCount } from '../ops/nn/check.ts';
import { definePrimitive } from '../primitive.ts';
import { scatterPrimitive } from './gather-scatter.ts';

interface WindowsParams {
  readonly axis: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

/** How windows lie along an axis. */
export interface WindowsOptions {
  readonly axis?: number;
  /** From the start of a window to that of the next; 1 by default. */
  readonly stride?: number;
  /** From an element of a window to the next; 1 by default. */
  readonly dilation?: number;
}

/** The number of windows; negative or 0 where not even one fits. */
const countOf = (extent: number, { size, stride, dilation }: WindowsParams): number =>
  Math.floor((extent - (size - 1) * dilation - 1) / stride) + 1;

const shapeOf = (x: TensorType, params: WindowsParams): Shape =>
  x.shape.toSpliced(params.axis, 1, countOf(x.shape[params.axis] ?? 0, params), params.size);

/** Where the elements of each window lie along the axis. */
function places(x: TensorType, params: WindowsParams): Concrete {
  const { axis, size, stride, dilation } = params;
  const count = countOf(x.shape[axis] ?? 0, params);
  const list = Int32Array.from(
    { length: count * size },
    (_, i) => Math.floor(i / size) * stride + (i % size) * dilation,
  );
  return fromStorage(list, 'int32', [count, size]);
}

const primitive = definePrimitive<WindowsParams, 1>({
  name: 'windows',
  semantics: {
    kind: 'view',
    pieces([x], [y], { axis, stride, dilation }) {
      if (x === undefined || y === undefined) return [];
      const own = stridesOf(x.shape);
      const step = own[axis] ?? 0;
      const from = { offset: 0, strides: own.toSpliced(axis, 1, step * stride, step * dilation) };
      return [{ input: 0, output: 0, shape: y.shape, from, to: { offset: 0, strides: stridesOf(y.shape) } }];
    },
  },
  infer([x], params) {
    const { axis, size, stride, dilation } = params;
    for (const [name, count] of Object.entries({ size, stride, dilation })) checkCount('windows', name, count);
    normalizeAxis('windows', axis, x);
    if (countOf(x.shape[axis] ?? 0, params) < 1) {
      const span = (size - 1) * dilation + 1;
      throw new ShapeError('windows', `no window of ${span} fits into axis ${axis} of ${formatType(x)}. Pad it first.`);
    }
    return [{ dtype: x.dtype, shape: shapeOf(x, params) }];
  },
  eval: ([x], params) => [kernels.gather(x, places(x, params), params.axis)],
  batchParams: (params) => ({ ...params, axis: params.axis + 1 }),
  // An element gets what flows into each window that it is in, in ascending order of windows.
  pullbacks: [
    ([ct], { inputs: [x], params }) =>
      ct &&
      bind(scatterPrimitive, [ct, places(x, params)], { axis: params.axis, extent: x.shape[params.axis] ?? 0 })[0],
  ],
});

/**
 * Sliding windows: stretches of `size` elements along an axis, each `stride` after the one before, their elements
 * `dilation` apart. Compiled it is a view: nothing is copied.
 *
 * Shapes: the axis becomes two, [windows, size]; what is left at its end is dropped. Dtypes: any. Gradient: each element
 * gets the sum over the windows that it is in, in ascending order.
 * @throws ArgumentError unless size, stride and dilation are counts; ShapeError when no window fits; AxisError.
 * @example windows(tensor([1, 2, 3, 4]), 2)                  // f64[3,2] [[1, 2], [2, 3], [3, 4]]
 * @example windows(tensor([1, 2, 3, 4]), 2, { stride: 2 })   // f64[2,2] [[1, 2], [3, 4]]
 */
export function windows(x: Tensor, size: number, options: WindowsOptions = {}): Tensor {
  const { axis = 0, stride = 1, dilation = 1 } = options;
  return bind(primitive, [x], { axis: normalizeAxis('windows', axis, x), size, stride, dilation })[0];
}

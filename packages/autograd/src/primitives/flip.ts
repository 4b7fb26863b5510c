import { kernels, normalizeAxes, stridesOf, type Tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';

const primitive = definePrimitive<{ axes: readonly number[] }, 1>({
  name: 'flip',
  semantics: {
    kind: 'view',
    pieces([x], _, { axes }) {
      if (x === undefined || x.shape.includes(0)) return [];
      const strides = stridesOf(x.shape);
      const from = {
        offset: axes.reduce((sum, axis) => sum + ((x.shape[axis] ?? 1) - 1) * (strides[axis] ?? 0), 0),
        strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
      };
      return [{ input: 0, output: 0, shape: x.shape, from, to: { offset: 0, strides } }];
    },
  },
  infer([x], { axes }) {
    normalizeAxes('flip', axes, x);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  eval: ([x], { axes }) => [kernels.flip(x, axes)],
  batchParams: ({ axes }) => ({ axes: axes.map((axis) => (axis < 0 ? axis : axis + 1)) }),
  pullbacks: [([ct], { params: { axes } }) => ct && flip(ct, axes)],
});

/**
 * The same elements in reverse order along `axes` (all of them by default).
 *
 * Shapes: any, unchanged. Gradient: x̄ = flip(ȳ).
 * @throws AxisError when an axis is out of range or named twice.
 * @example flip(tensor([1, 2, 3]))   // f64[3] [3, 2, 1]
 */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  return bind(primitive, [x], { axes: normalizeAxes('flip', axes, x) })[0];
}

import {
  checkShape,
  checkTensor,
  formatShape,
  formatType,
  kernels,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  type Tensor,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';

export const primitive = definePrimitive<{ shape: Shape }, 1>({
  name: 'reshape',
  semantics: {
    kind: 'view',
    pieces: ([x]) => {
      const flat = { offset: 0, strides: [1] };
      return [{ input: 0, output: 0, shape: [sizeOf(x?.shape ?? [])], from: flat, to: flat }];
    },
  },
  infer([x], { shape }) {
    checkShape('reshape', shape);
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new ShapeError(
        'reshape',
        `${formatType(x)} has ${sizeOf(x.shape)} elements, ${formatShape(shape)} has ${sizeOf(shape)}.`,
      );
    }
    return [{ dtype: x.dtype, shape }];
  },
  eval: ([x], { shape }) => [kernels.reshape(x, shape)],
  batchParams: ({ shape }, size) => ({ shape: [size, ...shape] }),
  // A bijection on elements: the cotangent goes back under the old shape.
  pullbacks: [([ct], { inputs: [x] }) => ct && reshape(ct, x.shape)],
});

/**
 * The same elements, row-major, under another shape. One extent may be −1: it is inferred.
 *
 * Shapes: any → `shape`, of the same size. Gradient: x̄ = reshape(ȳ).
 * @throws ShapeError when the sizes differ.
 * @example reshape(tensor([1, 2, 3, 4]), [2, 2])   // f64[2,2] [[1, 2], [3, 4]]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', x);
  const target = inferExtent(x, shape);
  return sameShape(x.shape, target) ? x : bind(primitive, [x], { shape: target })[0];
}

function inferExtent(x: Tensor, shape: Shape): Shape {
  const free = shape.indexOf(-1);
  if (free < 0) return [...shape]; // the caller's array may change later
  const known = sizeOf(shape.filter((_, axis) => axis !== free));
  if (shape.lastIndexOf(-1) !== free || known === 0 || x.size % known !== 0) {
    throw new ShapeError('reshape', `cannot infer the -1 of ${formatShape(shape)} from ${formatType(x)}.`);
  }
  return shape.with(free, x.size / known);
}

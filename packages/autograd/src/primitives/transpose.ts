import {
  AxisError,
  checkTensor,
  formatType,
  kernels,
  normalizeAxis,
  stridesOf,
  type Tensor,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';

export const primitive = definePrimitive<{ permutation: readonly number[] }, 1>({
  name: 'transpose',
  semantics: {
    kind: 'view',
    pieces([x], [y], { permutation }) {
      if (x === undefined || y === undefined) return [];
      const strides = stridesOf(x.shape);
      const from = { offset: 0, strides: permutation.map((axis) => strides[axis] ?? 0) };
      return [{ input: 0, output: 0, shape: y.shape, from, to: { offset: 0, strides: stridesOf(y.shape) } }];
    },
  },
  infer([x], { permutation }) {
    const sorted = permutation.toSorted((a, b) => a - b);
    if (permutation.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) {
      throw new AxisError('transpose', `[${permutation}] does not name each axis of ${formatType(x)} once.`);
    }
    return [{ dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis] ?? 0) }];
  },
  eval: ([x], { permutation }) => [kernels.transpose(x, permutation)],
  batchParams: ({ permutation }) => ({ permutation: [0, ...permutation.map((axis) => axis + 1)] }),
  pullbacks: [
    ([ct], { params: { permutation } }) =>
      ct &&
      transpose(
        ct,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
  ],
});

/**
 * The same elements with the axes in another order: axis k of the result is axis `permutation[k]` of x. Without a
 * permutation the order is reversed.
 *
 * Shapes: [d₀, …, dₙ] → [d at permutation[0], …]. Gradient: ȳ with the axes put back.
 * @throws AxisError unless the permutation names each axis once.
 * @example transpose(tensor([[1, 2], [3, 4]]))               // f64[2,2] [[1, 3], [2, 4]]
 * @example transpose(tensor([[[1, 2]]]), [2, 0, 1])          // f64[2,1,1] [[[1]], [[2]]]
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  checkTensor('transpose', x);
  const order =
    permutation?.map((axis) => normalizeAxis('transpose', axis, x)) ?? x.shape.map((_, i) => x.rank - 1 - i);
  return bind(primitive, [x], { permutation: order })[0];
}

/** `count` neighbouring axes moved, so that the first of them becomes axis `to`; the others keep their order. */
export function moveAxes(x: Tensor, from: number, to: number, count = 1): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const moved = axes.splice(from, count);
  axes.splice(to, 0, ...moved);
  return from === to || count === 0 ? x : transpose(x, axes);
}

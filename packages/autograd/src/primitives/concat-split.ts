import {
  ArgumentError,
  type Concrete,
  formatType,
  kernels,
  normalizeAxis,
  ShapeError,
  stridesOf,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { checkSameDType } from '../operand.ts';
import { definePrimitive } from '../primitive.ts';
import type { Piece } from '../semantics.ts';
import { reshape } from './reshape.ts';
import { filled } from './sum-broadcast.ts';

export const concatPrimitive = definePrimitive<{ axis: number }>({
  name: 'concat',
  semantics: {
    kind: 'view',
    pieces: (inputs, [y], { axis }) =>
      y
        ? blocks(inputs, y, axis).map(({ part, inside, outside }, k) => ({
            input: k,
            output: 0,
            shape: part.shape,
            from: inside,
            to: outside,
          }))
        : [],
  },
  infer(inputs, { axis }) {
    const first = inputs[0];
    if (first === undefined) throw new ArgumentError('concat', 'needs at least one tensor.');
    checkSameDType('concat', inputs);
    for (const x of inputs) {
      const fits =
        x.shape.length === first.shape.length && x.shape.every((extent, d) => d === axis || extent === first.shape[d]);
      if (!fits)
        throw new ShapeError('concat', `${formatType(first)} and ${formatType(x)} differ beside axis ${axis}.`);
    }
    const extent = inputs.reduce((total, x) => total + (x.shape[axis] ?? 0), 0);
    return [{ dtype: first.dtype, shape: first.shape.with(axis, extent) }];
  },
  eval: (inputs, { axis }) => [kernels.concat(inputs, axis)],
  batchParams: ({ axis }) => ({ axis: axis + 1 }),
  pullbacks:
    (input) =>
    (cts, { inputs, params: { axis } }) => {
      const ct = cts[0];
      return ct
        ? (split(
            ct,
            inputs.map((x) => x.shape[axis] ?? 0),
            axis,
          )[input] ?? null)
        : null;
    },
  jointPullback: ([ct], { inputs, params: { axis } }) =>
    ct
      ? split(
          ct,
          inputs.map((x) => x.shape[axis] ?? 0),
          axis,
        )
      : inputs.map(() => null),
});

export const splitPrimitive = definePrimitive<{ sizes: readonly number[]; axis: number }, 1, number>({
  name: 'split',
  semantics: {
    kind: 'view',
    pieces: ([x], outputs, { axis }) =>
      x
        ? blocks(outputs, x, axis).map(({ part, inside, outside }, k) => ({
            input: 0,
            output: k,
            shape: part.shape,
            from: outside,
            to: inside,
          }))
        : [],
  },
  infer([x], { sizes, axis }) {
    const total = sizes.reduce((a, b) => a + b, 0);
    if (total !== x.shape[axis] || !sizes.every((size) => Number.isInteger(size) && size >= 0)) {
      throw new ShapeError('split', `sizes [${sizes}] do not add up to axis ${axis} of ${formatType(x)}.`);
    }
    return sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.with(axis, size) }));
  },
  eval([x], { sizes, axis }) {
    let start = 0;
    return sizes.map((size): Concrete => {
      const starts = x.shape.map((_, d) => (d === axis ? start : 0));
      start += size;
      return kernels.slice(
        x,
        starts,
        x.shape.with(axis, start),
        x.shape.map(() => 1),
      );
    });
  },
  batchParams: ({ sizes, axis }) => ({ sizes, axis: axis + 1 }),
  // Parts that nothing flows into get zeros; when nothing flows at all, the sweep does not come here.
  pullbacks: [
    (cts, { outputs, params: { axis } }) =>
      concat(
        cts.map((ct, k) => ct ?? filled(outputs[k] as Tensor, 0)),
        axis,
      ),
  ], // one cotangent per output
});

/**
 * Joins tensors along an axis.
 *
 * Shapes: equal beside `axis`, whose extents add up. Dtypes: equal. Gradient: each operand's part of ȳ.
 * @throws ArgumentError for no tensors; ShapeError, AxisError, DTypeError when they do not fit.
 * @example concat([tensor([1, 2]), tensor([3])], 0)   // f64[3] [1, 2, 3]
 */
export function concat(xs: readonly Tensor[], axis = 0): Tensor {
  checkSameDType('concat', xs);
  return bind(concatPrimitive, xs, { axis: xs[0] ? normalizeAxis('concat', axis, xs[0]) : axis })[0];
}

/**
 * Cuts a tensor along an axis into parts of the given sizes, or into a record of parts by name: the inverse of `concat`.
 *
 * Shapes: `axis` gets each size in turn. Gradient: x̄ = the parts' cotangents, joined.
 * @throws ShapeError when the sizes do not add up; AxisError when the axis is out of range; ArgumentError for names that
 * are integers, since a record does not keep these in order.
 * @example split(tensor([1, 2, 3]), [1, 2])[1]           // f64[2] [2, 3]
 * @example split(tensor([1, 2, 3]), { i: 1, f: 2 }).f   // f64[2] [2, 3]
 */
export function split<K extends string>(
  x: Tensor,
  sizes: Readonly<Record<K, number>>,
  axis?: number,
): Record<K, Tensor>;
export function split(x: Tensor, sizes: readonly number[], axis?: number): Tensor[];
export function split(
  x: Tensor,
  sizes: readonly number[] | Readonly<Record<string, number>>,
  axis = 0,
): Tensor[] | Record<string, Tensor> {
  const names = Array.isArray(sizes) ? null : Object.keys(sizes);
  const wrong = names?.find((name) => /^\d+$/.test(name));
  if (wrong !== undefined) {
    throw new ArgumentError(
      'split',
      `"${wrong}" is an integer, and a record does not keep these in order. Use a word.`,
    );
  }
  const params = { sizes: Object.values(sizes), axis: normalizeAxis('split', axis, x) };
  const parts = bind(splitPrimitive, [x], params);
  return names === null ? [...parts] : Object.fromEntries(names.map((name, k) => [name, parts[k] as Tensor])); // one per size
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * Shapes: n tensors of one shape → a new axis of extent n. Gradient: each operand's part of ȳ.
 * @throws ArgumentError for no tensors; ShapeError or DTypeError when types differ.
 * @example stack([tensor([1, 2]), tensor([3, 4])])   // f64[2,2] [[1, 2], [3, 4]]
 */
export function stack(xs: readonly Tensor[], axis = 0): Tensor {
  const first = xs[0];
  if (first === undefined) throw new ArgumentError('stack', 'needs at least one tensor.');
  checkSameDType('stack', xs);
  for (const x of xs) {
    if (String(x.shape) !== String(first.shape)) {
      throw new ShapeError('stack', `${formatType(first)} and ${formatType(x)} differ in shape.`);
    }
  }
  const at = normalizeAxis('stack', axis, { dtype: first.dtype, shape: [...first.shape, 1] });
  return concat(
    xs.map((x) => reshape(x, x.shape.toSpliced(at, 0, 1))),
    at,
  );
}

/**
 * The slices of a tensor along an axis, which they lose: the inverse of `stack`.
 *
 * Shapes: `axis` of extent n → n tensors without it. Gradient: x̄ = the slices' cotangents, stacked.
 * @throws AxisError when the axis is out of range.
 * @example unstack(tensor([[1, 2], [3, 4]]))[1]   // f64[2] [3, 4]
 */
export function unstack(x: Tensor, axis = 0): Tensor[] {
  const at = normalizeAxis('unstack', axis, x);
  const parts = split(x, new Array<number>(x.shape[at] ?? 0).fill(1), at);
  return parts.map((part) => reshape(part, part.shape.toSpliced(at, 1)));
}

interface Block {
  readonly part: TensorType;
  readonly inside: Piece['from'];
  readonly outside: Piece['from'];
}

/** Where each part lies in the whole, by flat places. */
function blocks(parts: readonly TensorType[], whole: TensorType, axis: number): Block[] {
  const strides = stridesOf(whole.shape);
  let start = 0;
  return parts.map((part) => {
    const outside = { offset: start * (strides[axis] ?? 1), strides };
    start += part.shape[axis] ?? 0;
    return { part, inside: { offset: 0, strides: stridesOf(part.shape) }, outside };
  });
}

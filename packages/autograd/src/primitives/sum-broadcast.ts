import {
  broadcastShapes,
  Concrete,
  checkTensor,
  DTypeError,
  formatShape,
  formatType,
  full,
  kernels,
  normalizeAxes,
  type Shape,
  ShapeError,
  sameShape,
  stridesOf,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { recording } from '../builder.ts';
import { type AnyPrimitive, definePrimitive, type Primitive } from '../primitive.ts';
import { Traced } from '../value.ts';
import { reshape } from './reshape.ts';

/** Options of every reduction. */
export interface ReduceOptions {
  /** Keep the reduced axes, with extent 1. */
  readonly keepDims?: boolean;
}

/** The shape that is left when `axes` are dropped. */
export const without = (shape: Shape, axes: readonly number[]): Shape =>
  shape.filter((_, axis) => !axes.includes(axis));

/** `shape` with extent 1 at `axes`. */
export const keepAxes = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));

export const sumPrimitive = definePrimitive<{ axes: readonly number[] }, 1>({
  name: 'sum',
  semantics: { kind: 'reduce', combine: 'sum' },
  infer([x], { axes }) {
    if (x.dtype === 'bool')
      throw new DTypeError('sum', `${formatType(x)} is not a number type. Use cast(x, 'int32') first.`);
    return [{ dtype: x.dtype, shape: without(x.shape, normalizeAxes('sum', axes, x)) }];
  },
  eval: ([x], { axes }) => [kernels.sum(x, axes)],
  // y = Σ x  ⇒  x̄ = ȳ at every summed element
  pullbacks: [
    ([ct], { inputs: [x], params }) => ct && broadcastTo(reshape(ct, keepAxes(x.shape, params.axes)), x.shape),
  ],
});

/**
 * The sum over `axes` (all of them by default).
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Gradient: x̄ = ȳ, repeated along the axes. An empty sum
 * is 0. Sums run in blocks of 4096 over 16 accumulators, so that their bits are the same everywhere.
 * @throws AxisError when an axis is out of range or named twice; DTypeError for bool.
 * @example sum(tensor([[1, 2], [3, 4]]))        // f64[] 10
 * @example sum(tensor([[1, 2], [3, 4]]), [0])   // f64[2] [4, 6]
 */
export function sum(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const list = normalizeAxes('sum', axes, x);
  const y = bind(sumPrimitive, [x], { axes: list })[0];
  return options.keepDims === true ? reshape(y, keepAxes(x.shape, list)) : y;
}

export const broadcastPrimitive: Primitive<{ shape: Shape }, 1, 1> = definePrimitive<{ shape: Shape }, 1>({
  name: 'broadcastTo',
  semantics: {
    kind: 'view',
    pieces([x], [y]) {
      if (x === undefined || y === undefined) return [];
      const strides = stridesOf(x.shape).map((stride, axis) => (x.shape[axis] === 1 ? 0 : stride));
      const lead = y.shape.length - x.shape.length;
      return [
        {
          input: 0,
          output: 0,
          shape: y.shape,
          from: { offset: 0, strides: [...new Array<number>(lead).fill(0), ...strides] },
          to: { offset: 0, strides: stridesOf(y.shape) },
        },
      ];
    },
  },
  infer([x], { shape }) {
    if (!sameShape(broadcastShapes('broadcastTo', x, { dtype: x.dtype, shape }), shape)) {
      throw new ShapeError('broadcastTo', `cannot broadcast ${formatType(x)} to ${formatShape(shape)}.`);
    }
    return [{ dtype: x.dtype, shape }];
  },
  eval: ([x], { shape }) => [kernels.broadcastTo(x, shape)],
  batch({ inputs: [x], params: { shape }, size }) {
    const ones = new Array<number>(shape.length + 1 - (x as Tensor).rank).fill(1); // one operand, mapped
    const aligned = reshape(x as Tensor, [size, ...ones, ...(x as Tensor).shape.slice(1)]); // as above
    return { outputs: bind(broadcastPrimitive, [aligned], { shape: [size, ...shape] }) };
  },
  pullbacks: [([ct], { inputs: [x] }) => ct && sumTo(ct, x.shape)],
});

/**
 * Repeats along new leading axes and along axes of extent 1.
 *
 * Shapes: as NumPy's rule allows → `shape`. Gradient: x̄ = sumTo(ȳ, shape of x).
 * @throws ShapeError when `x` does not broadcast to `shape`.
 * @example broadcastTo(tensor([1, 2]), [2, 2])   // f64[2,2] [[1, 2], [1, 2]]
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkTensor('broadcastTo', x);
  return sameShape(x.shape, shape) ? x : bind(broadcastPrimitive, [x], { shape: [...shape] })[0]; // the caller's array may change later
}

/**
 * Sums the axes along which `shape` would have been broadcast: the adjoint of `broadcastTo`.
 *
 * Shapes: any that `shape` broadcasts to → `shape`. Gradient: x̄ = broadcastTo(ȳ).
 * @example sumTo(tensor([[1, 2], [3, 4]]), [2])   // f64[2] [4, 6]
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((extent, axis) =>
    axis < lead || (shape[axis - lead] === 1 && extent !== 1) ? [axis] : [],
  );
  return reshape(sum(x, axes), shape);
}

/**
 * Broadcasts one operand of an op to the common shape. While a Program is recorded, a constant beside a traced operand
 * is broadcast by an equation too, so that the Program holds the scalar that was written and not an array of copies.
 */
export function broadcastOperand(x: Tensor, shape: Shape, operands: readonly Tensor[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const builder = x instanceof Concrete ? recording() : undefined;
  if (builder === undefined || !operands.some((other) => other instanceof Traced)) return broadcastTo(x, shape);
  return builder.process(broadcastPrimitive as unknown as AnyPrimitive, [x], { shape })[0] as Tensor; // see AnyPrimitive; one output
}

/** A value at every place of a type; while a Program is recorded, one scalar and an equation that broadcasts it. */
export function filled(type: TensorType, value: number): Tensor {
  const scalar = full([], value, type.dtype);
  const builder = recording();
  if (builder === undefined || type.shape.length === 0) return broadcastTo(scalar, type.shape);
  return builder.process(broadcastPrimitive as unknown as AnyPrimitive, [scalar], { shape: type.shape })[0] as Tensor; // see AnyPrimitive; one output
}

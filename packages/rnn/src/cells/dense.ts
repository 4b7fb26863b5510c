import { add, matmul, scope, uniform } from '@throughline/autograd';
import { DTypeError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { ownerOf } from '../affine.ts';
import type { DrawInitializer, Initializer } from '../initializer.ts';
import { type ParamSpec, param } from '../params.ts';

/** What a map of the input alone declares: W [I, H] and b [H]. */
export type DenseSpec = { readonly W: ParamSpec; readonly b: ParamSpec };

/** The parameters of such a map. */
export interface DenseParams {
  readonly W: Tensor;
  readonly b: Tensor;
}

/** Uniform in ±1/√(rows), as PyTorch's linear layers start. */
export const uniformByRows: DrawInitializer = (key, { shape, dtype }) => {
  const bound = 1 / Math.sqrt(shape[0] as number); // of a matrix
  return uniform(key, shape, { low: -bound, high: bound, dtype });
};

/**
 * Declares a gate that does not see the state: W and b [H], joined by `project` as x·W + b. W is [I, H] unless `axes` say
 * otherwise.
 *
 * @example Object.keys(dense()).join()   // W,b
 */
export const dense = ({
  axes = 'IH',
  W,
  bias,
}: {
  readonly axes?: string;
  readonly W?: Initializer;
  readonly bias?: Initializer;
} = {}): DenseSpec => ({ W: param(axes, W), b: param(axes.slice(1), bias) });

/**
 * The pre-activation of a gate that does not see the state: x·W + b, for one step or for all.
 *
 * Shapes: x [..., I], W [I, H], b [H] → [..., H]. Dtypes: floats, all equal. Gradient: that of its product and sum.
 * @throws ShapeError or DTypeError, naming cell and gate, when x does not fit.
 * @example project({ W: tensor([[2]]), b: tensor([1]) }, tensor([[[10]]]))   // f64[1,1,1] [[[21]]]
 */
export function project(params: DenseParams, x: Tensor): Tensor {
  const owner = ownerOf(params);
  const op = owner === undefined ? 'project' : `${owner.cell}.${owner.gate}`;
  const types = `x is ${formatType(x)}, W is ${formatType(params.W)}`;
  if (x.dtype !== params.W.dtype)
    throw new DTypeError(op, `${types}: dtypes differ. Convert with cast(x, '${params.W.dtype}').`);
  if (x.shape.at(-1) !== params.W.shape[0])
    throw new ShapeError(op, `${types}: the last axis of x is ${x.shape.at(-1)}, W takes ${params.W.shape[0]}.`);
  return scope(owner === undefined ? 'project' : { gate: owner.gate }, () => add(matmul(x, params.W), params.b));
}

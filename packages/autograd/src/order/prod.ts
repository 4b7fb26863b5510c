import { normalizeAxes, type Tensor } from '@throughline/tensor';
import { at } from '../ops/at.ts';
import { reshape } from '../primitives/reshape.ts';
import { filled, keepAxes, type ReduceOptions, without } from '../primitives/sum-broadcast.ts';
import { transpose } from '../primitives/transpose.ts';
import { checkNumber } from './check-number.ts';
import { products } from './cumulative.ts';

/**
 * The product over `axes` (all of them by default), one element after another in row-major order; 1 over nothing.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: numbers; int32 wraps. Gradient: x̄_i = ȳ times the
 * product of all before and the product of all behind x_i. Nothing is divided: with one 0 that one alone gets something,
 * with two nothing does.
 * @throws AxisError when an axis is out of range or named twice; DTypeError for bool.
 * @example prod(tensor([[1, 2], [3, 4]]))        // f64[] 24
 * @example prod(tensor([[1, 2], [3, 4]]), [0])   // f64[2] [3, 8]
 */
export function prod(x: Tensor, axes?: number | readonly number[], { keepDims = false }: ReduceOptions = {}): Tensor {
  const list = normalizeAxes('prod', axes, x);
  checkNumber('prod', x);
  const y = over(x, list);
  return reshape(y, keepDims ? keepAxes(x.shape, list) : without(x.shape, list));
}

function over(x: Tensor, axes: readonly number[]): Tensor {
  const shape = without(x.shape, axes);
  const count = axes.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1);
  if (count === 0) return filled({ dtype: x.dtype, shape }, 1);
  if (count === 1) return x;
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return at(products(reshape(transpose(x, [...axes, ...kept]), [count, ...shape])), -1);
}

import {
  ArgumentError,
  checkTensor,
  DTypeError,
  formatType,
  normalizeAxes,
  ShapeError,
  sameShape,
  type Tensor,
} from '@throughline/tensor';
import { at } from '../ops/at.ts';
import { cast } from '../primitives/cast.ts';
import { scatterAdd } from '../primitives/gather-scatter.ts';
import { add } from '../primitives/maps/arithmetic.ts';
import { equal, greaterEqual, less, notEqual } from '../primitives/maps/comparison.ts';
import { logicalAnd } from '../primitives/maps/logical.ts';
import { reshape } from '../primitives/reshape.ts';
import { slice } from '../primitives/slice-pad.ts';
import { filled, type ReduceOptions, sum } from '../primitives/sum-broadcast.ts';
import { where } from '../primitives/where.ts';
import { searchSorted } from './search-sorted.ts';

/**
 * How many elements over `axes` (all of them by default) are not 0, or true; NaN is not 0.
 *
 * Shapes: axes are dropped, or kept with extent 1 (`keepDims`). Dtypes: any → int32. Gradient: none, the result is integers.
 * @throws AxisError when an axis is out of range or named twice.
 * @example countNonzero(tensor([0, 2, 3]))   // i32[] 2
 */
export function countNonzero(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const list = normalizeAxes('countNonzero', axes, x);
  return sum(cast(x.dtype === 'bool' ? x : notEqual(x, 0), 'int32'), list, options);
}

/**
 * How often each of 0, 1, … length − 1 occurs in x, or the sums of the weights there. Other numbers are not counted.
 *
 * Shapes: x any, weights as x → [length]. Dtypes: int32; weights numbers, or int32 counts. Gradient: each weight gets ȳ at
 * its number, 0 where that is not counted.
 * @throws ArgumentError unless length is a count; DTypeError unless x is int32; ShapeError when weights have another shape.
 * @example bincount(tensor([0, 2, 2], { dtype: 'int32' }), 3)   // i32[3] [1, 0, 2]
 */
export function bincount(x: Tensor, length: number, weights?: Tensor): Tensor {
  checkTensor('bincount', x);
  if (x.dtype !== 'int32')
    throw new DTypeError('bincount', `takes int32, got ${formatType(x)}. Convert with cast(x, 'int32').`);
  if (!Number.isInteger(length) || length < 0)
    throw new ArgumentError('bincount', `length is ${length}, not a count. Use the number of bins.`);
  checkWeights('bincount', x, weights);
  // What is not counted goes to a bin of its own, the last, which is dropped.
  const counted = logicalAnd(greaterEqual(x, 0), less(x, length));
  const bins = reshape(where(counted, x, length), [x.size]);
  const ones = filled({ dtype: 'int32', shape: [x.size] }, 1);
  const parts = weights === undefined ? ones : reshape(weights, [x.size]);
  const zeros = filled({ dtype: parts.dtype, shape: [length + 1] }, 0);
  return slice(scatterAdd(zeros, bins, parts), [0], [length]);
}

function checkWeights(op: string, x: Tensor, weights: Tensor | undefined): void {
  if (weights === undefined) return;
  checkTensor(op, weights);
  if (!sameShape(x.shape, weights.shape))
    throw new ShapeError(op, `weights are ${formatType(weights)}, but x is ${formatType(x)}: one for each is needed.`);
}

/**
 * How many elements of x lie between each edge and the next, or the sums of their weights. A bin has its lower edge; the
 * last one has its upper edge too. What lies outside, and NaN, is not counted.
 *
 * Shapes: x any, edges [n + 1] ascending, weights as x → [n]. Dtypes: x and edges equal; weights numbers, or int32 counts.
 * Gradient: each weight gets ȳ of its bin; x and edges get nothing.
 * @throws ShapeError unless edges is a vector of two or more, or when weights have another shape; DTypeError.
 * @example histogram(tensor([0.5, 1, 2]), tensor([0, 1, 2]))   // i32[2] [1, 2]
 */
export function histogram(x: Tensor, edges: Tensor, weights?: Tensor): Tensor {
  checkTensor('histogram', x);
  checkTensor('histogram', edges);
  const last = (edges.shape[0] ?? 0) - 1;
  if (edges.rank !== 1 || last < 1) {
    throw new ShapeError('histogram', `edges are ${formatType(edges)}, not a vector of two or more. See linspace.`);
  }
  checkWeights('histogram', x, weights);
  const behind = searchSorted(edges, x, { side: 'right' });
  const inLast = equal(x, at(edges, last));
  return bincount(add(where(inLast, last, behind), -1), last, weights);
}

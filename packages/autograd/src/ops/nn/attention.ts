import {
  arange,
  checkTensor,
  DTypeError,
  formatShape,
  formatType,
  ShapeError,
  sameShape,
  type Tensor,
} from '@throughline/tensor';
import { checkSameDType } from '../../operand.ts';
import { contractLabels } from '../../primitives/contract.ts';
import { div, mul, sub } from '../../primitives/maps/arithmetic.ts';
import { equal, greaterEqual } from '../../primitives/maps/comparison.ts';
import { exp } from '../../primitives/maps/exponential.ts';
import { isFinite as finite, logicalAnd } from '../../primitives/maps/logical.ts';
import { max } from '../../primitives/max-min.ts';
import { reshape } from '../../primitives/reshape.ts';
import { stopGradient } from '../../primitives/stop-gradient.ts';
import { sum } from '../../primitives/sum-broadcast.ts';
import { where } from '../../primitives/where.ts';
import { softmax } from '../softmax.ts';
import { checkFloats } from './check.ts';
import { timeAxis } from './padding.ts';

/** Who may look where. */
export interface AttentionOptions {
  /** bool, broadcast to [..., L, S]: true where query l may look at key s. */
  readonly mask?: Tensor;
  /** Query l looks at keys up to l. */
  readonly causal?: boolean;
  /** What scores are multiplied with; 1 / √E by default. */
  readonly scale?: number;
  /** Time is axis 1, the first one batches; with heads this is [B, T, N, E]. */
  readonly batchFirst?: boolean;
}

/**
 * softmax(query · keyᵀ / √E) · value: for each query a mean of the values, by how well their keys fit it.
 *
 * Shapes: query [L, ..., E], key [S, ..., E], value [S, ..., V] → [L, ..., V]; axes between time and features (batches,
 * heads) are equal. With `batchFirst` time is axis 1. A query that may look at nothing, and one beside no keys, gets zeros,
 * with gradient zero. Dtypes: floats, equal; the mask is bool. Gradient: that of the formula; nothing flows to scores that
 * are masked, but NaN in a masked key or value is NaN still.
 * @throws ShapeError when the shapes do not fit; DTypeError unless floats of one dtype and a bool mask; AxisError.
 * @example dotProductAttention(tensor([[1, 0]]), tensor([[9, 0], [9, 0]]), tensor([[1], [3]]))   // f64[1,1] [[2]]
 */
export function dotProductAttention(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor {
  const time = checkOperands(query, key, value, options.batchFirst);
  const width = query.shape[query.rank - 1] ?? 0;
  // Labels: axes by place, but keys have a time of their own, and values their features.
  const labels = query.shape.map((_, axis) => axis);
  const [later, features] = [query.rank, query.rank + 1];
  const ofKeys = labels.with(time, later);
  const batches = labels.slice(0, -1).filter((axis) => axis !== time);
  const pairs = [...batches, time, later];
  const products = contractLabels(query, key, { a: labels, b: ofKeys, out: pairs });
  const weights = weigh(mul(products, options.scale ?? 1 / Math.sqrt(Math.max(1, width))), options);
  return contractLabels(weights, value, {
    a: pairs,
    b: ofKeys.with(-1, features),
    out: labels.with(-1, features),
  });
}

/** The softmax over the last axis, among what may be seen; zeros where that is nothing. */
function weigh(scores: Tensor, { mask, causal = false }: AttentionOptions): Tensor {
  if (scores.shape.at(-1) === 0) return scores; // no keys: nothing is summed
  const seen = visible(scores, mask, causal);
  if (seen === undefined) return softmax(scores);
  const among = where(seen, scores, Number.NEGATIVE_INFINITY);
  const largest = stopGradient(max(among, -1, { keepDims: true }));
  const y = exp(sub(among, where(finite(largest), largest, 0)));
  const total = sum(y, -1, { keepDims: true });
  return div(y, where(equal(total, 0), 1, total));
}

function visible(scores: Tensor, mask: Tensor | undefined, causal: boolean): Tensor | undefined {
  if (mask !== undefined) checkTensor('dotProductAttention', mask);
  if (mask !== undefined && mask.dtype !== 'bool') {
    throw new DTypeError(
      'dotProductAttention',
      `the mask is ${formatType(mask)}, not bool. Compare it: notEqual(mask, 0).`,
    );
  }
  const [queries = 0, keys = 0] = scores.shape.slice(-2);
  const past = causal
    ? greaterEqual(reshape(arange(queries, 'int32'), [queries, 1]), arange(keys, 'int32'))
    : undefined;
  if (mask === undefined) return past;
  if (mask.rank > scores.rank || !mask.shape.toReversed().every((m, k) => m === 1 || m === scores.shape.at(-1 - k))) {
    throw new ShapeError(
      'dotProductAttention',
      `the mask is ${formatType(mask)}, which does not broadcast to the scores, ${formatShape(scores.shape)}.`,
    );
  }
  return past ? logicalAnd(mask, past) : mask;
}

/** Throws unless the operands fit each other; gives the axis of time. */
function checkOperands(query: Tensor, key: Tensor, value: Tensor, batchFirst = false): number {
  const operands = [query, key, value];
  for (const x of operands) checkFloats('dotProductAttention', x);
  checkSameDType('dotProductAttention', operands);
  const time = timeAxis('dotProductAttention', query, batchFirst);
  const kept = query.shape.toSpliced(time, 1);
  const rest = (x: Tensor): string => formatShape(x.shape.toSpliced(time, 1).slice(0, -1));
  const fit =
    query.rank >= time + 2 &&
    key.rank === query.rank &&
    value.rank === query.rank &&
    sameShape(key.shape.toSpliced(time, 1), kept) &&
    key.shape[time] === value.shape[time] &&
    rest(value) === rest(query);
  if (fit) return time;
  const layout = batchFirst ? '[B, L, …, E], [B, S, …, E], [B, S, …, V]' : '[L, …, E], [S, …, E], [S, …, V]';
  throw new ShapeError('dotProductAttention', `${operands.map(formatType).join(', ')} are not ${layout}.`);
}

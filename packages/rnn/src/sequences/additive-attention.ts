import {
  add,
  expandDims,
  less,
  matmul,
  mul,
  reshape,
  softmax,
  splitKey,
  sum,
  tanh,
  uniform,
  where,
} from '@throughline/autograd';
import { arange, type Tensor, zeros } from '@throughline/tensor';
import type { FloatType } from '../initializer.ts';

/** W [H, A] for the query, U [M, A] for what is looked at, v [A]. */
export interface AttentionParams {
  readonly W: Tensor;
  readonly U: Tensor;
  readonly v: Tensor;
}

/** What attention looks at, made ready once for all queries. */
export interface Memory {
  /** [S, B, M]. */
  readonly values: Tensor;
  /** values · U: [S, B, A]. */
  readonly keys: Tensor;
  /** bool [S, B]: what is no padding. */
  readonly seen?: Tensor;
}

/** Fresh parameters, uniform in ±1/√(rows). */
export function attentionParams(
  key: Tensor,
  dims: { H: number; M: number; A: number },
  dtype: FloatType = 'float64',
): AttentionParams {
  const [forW, forU, forV] = splitKey(key, 3) as [Tensor, Tensor, Tensor]; // three were asked for
  const draw = (from: Tensor, shape: readonly number[]): Tensor => {
    const bound = 1 / Math.sqrt(shape[0] as number); // at least one axis
    return uniform(from, shape, { low: -bound, high: bound, dtype });
  };
  const { H, M, A } = dims;
  return { W: draw(forW, [H, A]), U: draw(forU, [M, A]), v: draw(forV, [A]) };
}

/** Prepares values [S, B, M] for looking at; of row b only the first lengths[b]. */
export function memoryOf({ U }: AttentionParams, values: Tensor, lengths: Tensor | undefined): Memory {
  const keys = matmul(values, U);
  if (lengths === undefined) return { values, keys };
  const [S, B] = values.shape as [number, number]; // three axes
  return { values, keys, seen: less(reshape(arange(S, 'int32'), [S, 1]), reshape(lengths, [1, B])) };
}

/**
 * Looks at a memory: weights α = softmax over s of vᵀ tanh(q W + mₛ U), and Σ αₛ mₛ.
 *
 * Shapes: query [B, H] → context [B, M], weights [S, B]. What is padding has weight 0, and a row of nothing else has
 * a context of zeros.
 * Source: Bahdanau, Cho, Bengio, "Neural machine translation by jointly learning to align and translate", 2015, A.1.2.
 */
export function attend(
  { W, v }: AttentionParams,
  { values, keys, seen }: Memory,
  query: Tensor,
): { context: Tensor; weights: Tensor } {
  const [S, B] = values.shape as [number, number]; // three axes
  const scores = reshape(matmul(tanh(add(keys, matmul(query, W))), reshape(v, [v.size, 1])), [S, B]);
  // Far below any score, and not −∞, of which a row of padding alone would make NaN.
  const among = seen === undefined ? scores : where(seen, scores, -1e9);
  const all = softmax(among, 0);
  const weights = seen === undefined ? all : where(seen, all, zeros([S, B], scores.dtype as FloatType)); // floats
  return { context: sum(mul(expandDims(weights, 2), values), 0), weights };
}

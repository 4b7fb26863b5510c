import { ArgumentError, type Tensor, zeros } from '@throughline/tensor';
import { cast } from '../../primitives/cast.ts';
import { defaultTolerance, type RankOptions } from '../../primitives/linalg/lstsq.ts';
import { singularValues } from '../../primitives/linalg/svd.ts';
import { mul } from '../../primitives/maps/arithmetic.ts';
import { greater } from '../../primitives/maps/comparison.ts';
import { max } from '../../primitives/max-min.ts';
import { sum } from '../../primitives/sum-broadcast.ts';

/**
 * How many singular values are above `tolerance` times the largest: the number of independent columns, but for rounding.
 *
 * Shapes: [..., m, n] → [...]. Dtypes: floats → int32. Gradient: none, a count has no cotangent. 0 where x is not finite.
 * @throws ShapeError unless x has matrices; DTypeError unless float; ArgumentError when the tolerance is below 0.
 * @example matrixRank(tensor([[1, 2], [2, 4]]))   // i32[] 1
 */
export function matrixRank(x: Tensor, options: RankOptions = {}): Tensor {
  const { tolerance = defaultTolerance('matrixRank', x) } = options;
  if (!(tolerance >= 0)) throw new ArgumentError('matrixRank', `the tolerance ${tolerance} is not a number ≥ 0.`);
  const s = singularValues(x);
  if (s.shape.at(-1) === 0) return zeros(s.shape.slice(0, -1), 'int32');
  return sum(cast(greater(s, mul(tolerance, max(s, -1, { keepDims: true }))), 'int32'), -1);
}

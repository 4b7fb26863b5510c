import { ArgumentError, type Tensor } from '@throughline/tensor';
import { defaultTolerance, lstsq, type RankOptions } from '../../primitives/linalg/lstsq.ts';
import { identities, matrixExtents, squareExtent } from '../../primitives/linalg/matrices.ts';
import { solveStacks } from '../../primitives/linalg/solve.ts';

/**
 * The inverse of a square matrix. To apply it once, `solve` is cheaper and more accurate.
 *
 * Shapes: [..., n, n] → the same. Dtypes: floats. Gradient: x̄ = −yᵀ ȳ yᵀ. Where x is singular (a pivot is exactly 0) or not
 * finite, the result is NaN throughout, and so is its gradient. Source: Giles, "Collected matrix derivative results for forward and
 * reverse mode algorithmic differentiation", 2008.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example inv(tensor([[2, 0], [0, 4]]))   // f64[2,2] [[0.5, 0], [0, 0.25]]
 */
export function inv(x: Tensor): Tensor {
  const n = squareExtent('inv', x, 'Use pinv.');
  return solveStacks(x, identities(x, n), false);
}

/**
 * The pseudo-inverse of Moore and Penrose: of all y for which ‖x y − 1‖ is least, the smallest.
 *
 * Shapes: [..., m, n] → [..., n, m]. Dtypes: floats. Gradient: that of lstsq, right while the rank of x stays what it is. NaN
 * throughout where x is not finite. Source: Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares
 * problems whose variables separate", 1973.
 * @throws ShapeError unless x has matrices; DTypeError unless float; ArgumentError when the tolerance is below 0.
 * @example pinv(tensor([[2, 0], [0, 0]]))   // f64[2,2] [[0.5, 0], [0, 0]]
 */
export function pinv(x: Tensor, options: RankOptions = {}): Tensor {
  const [m] = matrixExtents('pinv', x);
  const { tolerance = defaultTolerance('pinv', x) } = options;
  if (!(tolerance >= 0)) throw new ArgumentError('pinv', `the tolerance ${tolerance} is not a number ≥ 0.`);
  return lstsq(x, identities(x, m), { tolerance });
}

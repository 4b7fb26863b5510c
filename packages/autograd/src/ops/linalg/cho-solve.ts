import type { Tensor } from '@throughline/tensor';
import { squareExtent } from '../../primitives/linalg/matrices.ts';
import { withRightSide } from '../../primitives/linalg/operands.ts';
import { solveTriangular } from '../../primitives/linalg/solve-triangular.ts';

/** Options of `choSolve`. */
export interface ChoSolveOptions {
  /** The factor is the upper one, as `cholesky(x, { upper: true })` gives it. */
  readonly upper?: boolean;
}

/**
 * The y with x y = b, from the factor that `cholesky(x)` gave: two triangular solves.
 *
 * Shapes: l [..., n, n], b [n] or [..., n, k] → as b; batches broadcast. Dtypes: floats, the same. Gradient: that of the
 * two solves, with respect to the triangle and b. NaN where l is.
 * @throws ShapeError unless l is square with the rows of b, or when batches do not broadcast; DTypeError unless both are one float.
 * @example choSolve(tensor([[2, 0], [1, 1]]), tensor([4, 3]))   // f64[2] [0.5, 1]
 */
export function choSolve(l: Tensor, b: Tensor, { upper = false }: ChoSolveOptions = {}): Tensor {
  squareExtent('choSolve', l, 'Use lstsq.');
  const lower = !upper;
  return withRightSide('choSolve', l, b, (t, right) =>
    solveTriangular(t, solveTriangular(t, right, { lower, transposed: upper }), { lower, transposed: lower }),
  );
}

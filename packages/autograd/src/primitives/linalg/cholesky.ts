import type { Tensor } from '@throughline/tensor';
import { cholesky as kernel } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Primitive } from '../../primitive.ts';
import { add, mul } from '../maps/arithmetic.ts';
import { definePerMatrix, lowerPart, squareExtent, turned } from './matrices.ts';
import { solveTriangular } from './solve-triangular.ts';

type None = Record<string, never>;
const remedy = 'Use matmul(transpose(x), x) for a Gram matrix.';

const primitive: Primitive<None, 1, 1> = definePerMatrix({
  name: 'cholesky',
  infer([x]) {
    squareExtent('cholesky', x, remedy);
    return [x];
  },
  kernel: ([x]) => [kernel(x)],
  pullbacks: [
    ([ct], { outputs: [l] }) => {
      if (ct === null) return null;
      const inner = halved(matmul(turned(l), ct));
      const left = fromLeft(l, inner); // l⁻ᵀ Φ
      return symmetric(fromLeft(l, turned(left))); // l⁻ᵀ Φᵀ l⁻¹
    },
  ],
});

/** Φ: the lower triangle, with half of the diagonal. */
const halved = (x: Tensor): Tensor => mul(0.5, add(lowerPart(x), lowerPart(x, 1)));

const fromLeft = (l: Tensor, b: Tensor): Tensor => solveTriangular(l, b, { lower: true, transposed: true });

/** (x + xᵀ) / 2, for each matrix. */
export const symmetric = (x: Tensor): Tensor => mul(0.5, add(x, turned(x)));

/** Options of `cholesky`. */
export interface CholeskyOptions {
  /** Gives the upper triangle u with uᵀ u = x. */
  readonly upper?: boolean;
}

/**
 * The lower triangle l with x = l lᵀ and a diagonal > 0, for a symmetric positive definite x; of x that is not symmetric
 * (x + xᵀ) / 2 is taken.
 *
 * Shapes: [..., n, n] → the same. Dtypes: floats. Gradient: the symmetric part of l⁻ᵀ Φ(lᵀ l̄) l⁻¹, Φ being the lower
 * triangle with half of the diagonal. Where x is not positive definite, or not finite, the result is NaN throughout, and so is its
 * gradient. Source: Murray, "Differentiation of the Cholesky decomposition", 2016; Smith, "Differentiation of the Cholesky
 * algorithm", 1995.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example cholesky(tensor([[4, 2], [2, 5]]))                    // f64[2,2] [[2, 0], [1, 2]]
 * @example cholesky(tensor([[4, 2], [2, 5]]), { upper: true })   // f64[2,2] [[2, 1], [0, 2]]
 */
export function cholesky(x: Tensor, { upper = false }: CholeskyOptions = {}): Tensor {
  const l = bind(primitive, [x], {})[0];
  return upper ? turned(l) : l;
}

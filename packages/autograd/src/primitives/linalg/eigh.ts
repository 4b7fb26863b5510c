import type { Tensor } from '@throughline/tensor';
import { eigh as kernel } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import { expandDims } from '../../ops/at.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Primitive } from '../../primitive.ts';
import { add, div, mul, sub } from '../maps/arithmetic.ts';
import { notEqual } from '../maps/comparison.ts';
import { where } from '../where.ts';
import { symmetric } from './cholesky.ts';
import { definePerMatrix, identities, squareExtent, turned } from './matrices.ts';

type None = Record<string, never>;

const primitive: Primitive<None, 1, 2> = definePerMatrix({
  name: 'eigh',
  infer([x]) {
    squareExtent('eigh', x, 'Use svd.');
    return [{ dtype: x.dtype, shape: x.shape.slice(0, -1) }, x];
  },
  kernel([x]) {
    const { values, vectors } = kernel(x);
    return [values, vectors];
  },
  pullbacks: [
    ([ctValues, ctVectors], { outputs: [values, vectors] }) => {
      const back = turned(vectors);
      if (ctVectors === null) return ctValues && matmul(mul(vectors, expandDims(ctValues, -2)), back);
      const isOff = notEqual(1, identities(vectors, vectors.shape.at(-1) ?? 0));
      const gaps = sub(expandDims(values, -2), expandDims(values, -1));
      const turn = div(where(isOff, matmul(back, ctVectors), 0), where(isOff, gaps, 1));
      const inner = ctValues === null ? turn : add(turn, where(isOff, 0, expandDims(ctValues, -2)));
      return symmetric(matmul(matmul(vectors, inner), back));
    },
  ],
});

/**
 * The eigenvalues, ascending, and eigenvectors, as columns, of a symmetric matrix; of x that is not symmetric (x + xᵀ) / 2 is
 * taken. In each vector the largest element, the first among equals, is positive.
 *
 * Shapes: [..., n, n] → eigenvalues [..., n], eigenvectors [..., n, n]. Dtypes: floats. Gradient: v diag(λ̄) vᵀ for the
 * eigenvalues λ, also where some are equal: there it depends on the vectors that were found, and a second derivative is NaN or
 * infinite. For the vectors v, the symmetric part of v (vᵀ v̄ / (λ_j − λ_i)) vᵀ off the diagonal, infinite or NaN where two
 * eigenvalues are equal: such vectors are not functions of x. NaN throughout where x is not finite. Source: Giles,
 * "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example eigh(tensor([[0, 2], [2, 3]])).eigenvalues    // f64[2] [-1, 4]
 * @example eigh(tensor([[2, 0], [0, 1]])).eigenvectors   // f64[2,2] [[0, 1], [1, 0]]
 */
export function eigh(x: Tensor): { eigenvalues: Tensor; eigenvectors: Tensor } {
  const [eigenvalues, eigenvectors] = bind(primitive, [x], {});
  return { eigenvalues, eigenvectors };
}

/**
 * The eigenvalues of a symmetric matrix, ascending; of x that is not symmetric (x + xᵀ) / 2 is taken.
 *
 * Shapes: [..., n, n] → [..., n]. Dtypes: floats. Gradient: v diag(ȳ) vᵀ with the eigenvectors v, see eigh.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example eigvalsh(tensor([[0, 2], [2, 3]]))   // f64[2] [-1, 4]
 */
export function eigvalsh(x: Tensor): Tensor {
  squareExtent('eigvalsh', x, 'Use singularValues.');
  return eigh(x).eigenvalues;
}

import type { Tensor } from '@throughline/tensor';
import { cofactor as cofactorKernel, det as detKernel, slogdet as slogdetKernel } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import { expandDims } from '../../ops/at.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Primitive } from '../../primitive.ts';
import { div, mul, sub } from '../maps/arithmetic.ts';
import { sum } from '../sum-broadcast.ts';
import { batchOf, definePerMatrix, identities, squareExtent, turned } from './matrices.ts';
import { solveStacks } from './solve.ts';

type None = Record<string, never>;

const detPrimitive: Primitive<None, 1, 1> = definePerMatrix({
  name: 'det',
  infer([x]) {
    squareExtent('det', x, 'Use svd(x).s, whose product is the volume.');
    return [{ dtype: x.dtype, shape: batchOf(x) }];
  },
  kernel: ([x]) => [detKernel(x)],
  pullbacks: [([ct], { inputs: [x] }) => ct && mul(asMatrices(ct), cofactor(x))],
});

const cofactorPrimitive: Primitive<None, 1, 1> = definePerMatrix({
  name: 'cofactor',
  readsVary: true, // x of order 2 has a rule that reads nothing
  infer([x]) {
    squareExtent('cofactor', x, 'Use slice to cut a square.');
    return [x];
  },
  kernel: ([x]) => [cofactorKernel(x)],
  pullbacks: [
    ([ct], { inputs: [x], outputs: [y] }) => {
      if (ct === null || (x.shape.at(-1) ?? 0) < 2) return null; // then it is the constant 1
      if (x.shape.at(-1) === 2) return cofactor(ct);
      const along = sum(mul(ct, y), [-2, -1], { keepDims: true });
      return div(sub(mul(along, y), matmul(matmul(y, turned(ct)), y)), asMatrices(det(x)));
    },
  ],
});

const slogdetPrimitive: Primitive<None, 1, 2> = definePerMatrix({
  name: 'slogdet',
  infer([x]) {
    squareExtent('slogdet', x, 'Use log of svd(x).s.');
    const type = { dtype: x.dtype, shape: batchOf(x) };
    return [type, type];
  },
  kernel([x]) {
    const { sign, logabsdet } = slogdetKernel(x);
    return [sign, logabsdet];
  },
  pullbacks: [
    ([, ct], { inputs: [x] }) => ct && solveStacks(x, mul(asMatrices(ct), identities(x, x.shape.at(-1) ?? 0)), true),
  ],
});

/** [...] → [..., 1, 1]. */
const asMatrices = (x: Tensor): Tensor => expandDims(expandDims(x, -1), -1);

/**
 * The determinant of a square matrix: the product of the pivots of elimination.
 *
 * Shapes: [..., n, n] → [...]; 1 for n = 0. Dtypes: floats. Gradient: x̄ = ȳ cof(x), right at singular matrices too: of
 * rank 1 where x has rank n − 1, 0 below that. See cofactor for the second order. Large n over- and underflow: use slogdet. NaN
 * where x is not finite. Source: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
 * differentiation", 2008.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example det(tensor([[1, 2], [3, 4]]))   // f64[] -2
 */
export const det = (x: Tensor): Tensor => bind(detPrimitive, [x], {})[0];

/**
 * The matrix of cofactors, det(x) x⁻ᵀ where x has an inverse: the gradient of det. Its transpose is the adjugate.
 *
 * Shapes: [..., n, n] → the same. Dtypes: floats. Gradient: with c = cof(x), x̄ = (⟨ȳ, c⟩ c − c ȳᵀ c) / det x, which is NaN or
 * infinite where x is singular and n > 2; the value is right there. NaN where x is not finite.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example cofactor(tensor([[1, 2], [3, 4]]))   // f64[2,2] [[4, -3], [-2, 1]]
 */
export const cofactor = (x: Tensor): Tensor => bind(cofactorPrimitive, [x], {})[0];

/**
 * The determinant as its sign and the logarithm of its absolute value, which neither over- nor underflows.
 *
 * Shapes: [..., n, n] → sign and logabsdet [...]. Dtypes: floats. Gradient: x̄ = ȳ x⁻ᵀ for logabsdet; 0 for the sign. Where x is
 * singular, sign is 0, logabsdet −∞ and the gradient NaN; all are NaN where x is not finite. Source: Giles, "Collected matrix
 * derivative results for forward and reverse mode algorithmic differentiation", 2008.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example slogdet(tensor([[0, 1], [1, 0]])).sign        // f64[] -1
 * @example slogdet(tensor([[0, 1], [1, 0]])).logabsdet   // f64[] 0
 */
export function slogdet(x: Tensor): { sign: Tensor; logabsdet: Tensor } {
  const [sign, logabsdet] = bind(slogdetPrimitive, [x], {});
  return { sign, logabsdet };
}

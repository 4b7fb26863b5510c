import type { Tensor } from '@throughline/tensor';
import { solveTriangular as kernel, type Triangle } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Primitive } from '../../primitive.ts';
import { neg } from '../maps/arithmetic.ts';
import { definePerMatrix, lowerPart, squareExtent, turned, upperPart } from './matrices.ts';
import { checkRows, withRightSide } from './operands.ts';

const primitive: Primitive<Triangle, 2, 1> = definePerMatrix({
  name: 'solveTriangular',
  infer([a, b]) {
    squareExtent('solveTriangular', a, 'Use lstsq.');
    checkRows('solveTriangular', a, b);
    return [b];
  },
  kernel: ([a, b], params) => [kernel(a, b, params)],
  pullbacks: [
    ([ct], { inputs: [a], outputs: [y], params }) => {
      if (ct === null) return null;
      const product = neg(outer(fromRight(a, ct, params), y, params.transposed));
      return (params.lower ? lowerPart : upperPart)(product, params.unitDiagonal ? 1 : 0);
    },
    ([ct], { inputs: [a], params }) => ct && fromRight(a, ct, params),
  ],
});

/** t⁻ᵀ ȳ, which is the right side's cotangent. */
const fromRight = (a: Tensor, ct: Tensor, params: Triangle): Tensor =>
  bind(primitive, [a, ct], { ...params, transposed: !params.transposed })[0];

/** p qᵀ, or q pᵀ. */
const outer = (p: Tensor, q: Tensor, swapped: boolean): Tensor =>
  swapped ? matmul(q, turned(p)) : matmul(p, turned(q));

/** Options of `solveTriangular`. */
export interface TriangularOptions {
  /** The lower triangle is meant; the upper one by default. */
  readonly lower?: boolean;
  /** Solves with the transposed triangle. */
  readonly transposed?: boolean;
  /** The diagonal is 1, whatever stands there. */
  readonly unitDiagonal?: boolean;
}

/**
 * The y with t y = b, where t is the upper triangle of `a`, or with `lower` the lower one; the rest of `a` is not read.
 *
 * Shapes: a [..., n, n], b [n] or [..., n, k] → as b; batches broadcast. Dtypes: floats, the same. Gradient: b̄ = t⁻ᵀ ȳ and
 * ā = −b̄ yᵀ within the triangle. A 0 on the diagonal divides as IEEE has it: ±∞ or NaN. Source: Giles, "Collected matrix
 * derivative results for forward and reverse mode algorithmic differentiation", 2008.
 * @throws ShapeError unless a is square with the rows of b, or when batches do not broadcast; DTypeError unless both are one float.
 * @example solveTriangular(tensor([[2, 0], [1, 4]]), tensor([2, 9]), { lower: true })   // f64[2] [1, 2]
 * @example solveTriangular(tensor([[2, 1], [0, 4]]), tensor([4, 8]))                    // f64[2] [1, 2]
 */
export function solveTriangular(a: Tensor, b: Tensor, options: TriangularOptions = {}): Tensor {
  const { lower = false, transposed = false, unitDiagonal = false } = options;
  squareExtent('solveTriangular', a, 'Use lstsq.');
  return withRightSide(
    'solveTriangular',
    a,
    b,
    (p, q) => bind(primitive, [p, q], { lower, transposed, unitDiagonal })[0],
  );
}

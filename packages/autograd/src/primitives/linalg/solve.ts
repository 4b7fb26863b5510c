import type { Tensor } from '@throughline/tensor';
import { solve as kernel } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Primitive } from '../../primitive.ts';
import { neg } from '../maps/arithmetic.ts';
import { definePerMatrix, squareExtent, turned } from './matrices.ts';
import { checkRows, withRightSide } from './operands.ts';

interface SolveParams {
  readonly transposed: boolean;
}

const primitive: Primitive<SolveParams, 2, 1> = definePerMatrix({
  name: 'solve',
  infer([a, b]) {
    squareExtent('solve', a, 'Use lstsq.');
    checkRows('solve', a, b);
    return [b];
  },
  kernel: ([a, b], { transposed }) => [kernel(a, b, transposed)],
  pullbacks: [
    ([ct], { inputs: [a], outputs: [y], params: { transposed } }) => {
      if (ct === null) return null;
      const right = solveStacks(a, ct, !transposed);
      return neg(transposed ? matmul(y, turned(right)) : matmul(right, turned(y)));
    },
    ([ct], { inputs: [a], params: { transposed } }) => ct && solveStacks(a, ct, !transposed),
  ],
});

/** a⁻¹ b or a⁻ᵀ b, for stacks with the same batches. */
export const solveStacks = (a: Tensor, b: Tensor, transposed: boolean): Tensor =>
  bind(primitive, [a, b], { transposed })[0];

/**
 * The y with a y = b, by elimination with row exchanges.
 *
 * Shapes: a [..., n, n], b [n] or [..., n, k] → as b; batches broadcast. Dtypes: floats, the same. Gradient: b̄ = a⁻ᵀ ȳ and
 * ā = −b̄ yᵀ. Where a is singular (a pivot is exactly 0) or not finite, the result is NaN throughout, and so are its gradients: a
 * traced program cannot throw on data. Source: Giles, "Collected matrix derivative results for forward and reverse mode
 * algorithmic differentiation", 2008.
 * @throws ShapeError unless a is square with the rows of b, or when batches do not broadcast; DTypeError unless both are one float.
 * @example solve(tensor([[0, 2], [4, 1]]), tensor([4, 6]))   // f64[2] [1, 2]
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  squareExtent('solve', a, 'Use lstsq.');
  return withRightSide('solve', a, b, (p, q) => solveStacks(p, q, false));
}

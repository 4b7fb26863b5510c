import { ArgumentError, type Tensor, type TensorType } from '@throughline/tensor';
import { leastSquares } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Primitive } from '../../primitive.ts';
import { add, sub } from '../maps/arithmetic.ts';
import { batchOf, definePerMatrix, matrixExtents, turned } from './matrices.ts';
import { checkRows, withRightSide } from './operands.ts';

interface LstsqParams {
  /** Singular values up to this part of the largest count as 0. */
  readonly tolerance: number;
}

const primitive: Primitive<LstsqParams, 2, 1> = definePerMatrix({
  name: 'lstsq',
  infer([a, b], { tolerance }) {
    checkRows('lstsq', a, b);
    if (!(tolerance >= 0)) throw new ArgumentError('lstsq', `the tolerance ${tolerance} is not a number ≥ 0.`);
    const n = a.shape.at(-1) ?? 0;
    return [{ dtype: b.dtype, shape: [...batchOf(b), n, b.shape.at(-1) ?? 0] }];
  },
  kernel: ([a, b], { tolerance }) => [leastSquares(a, b, tolerance)],
  pullbacks: [
    ([ct], { inputs: [a, b], outputs: [y], params }) => {
      if (ct === null) return null;
      const right = shortest(turned(a), ct, params); // b̄
      const residual = sub(b, matmul(a, y));
      const beyond = sub(ct, matmul(turned(a), right)); // the part of ȳ outside the rows of a
      return add(
        sub(matmul(residual, turned(shortest(a, right, params))), matmul(right, turned(y))),
        matmul(shortest(turned(a), y, params), turned(beyond)),
      );
    },
    ([ct], { inputs: [a], params }) => ct && shortest(turned(a), ct, params),
  ],
});

const shortest = (a: Tensor, b: Tensor, params: LstsqParams): Tensor => bind(primitive, [a, b], params)[0];

/** Options of `lstsq` and `pinv`. */
export interface RankOptions {
  /** Singular values up to this part of the largest count as 0: max(m, n) ε of the dtype by default. */
  readonly tolerance?: number;
}

/** What NumPy takes: max(m, n) times the distance from 1 to the next number. */
export function defaultTolerance(op: string, x: TensorType): number {
  const epsilon = x.dtype === 'float32' ? 1.1920928955078125e-7 : 2.220446049250313e-16;
  return Math.max(...matrixExtents(op, x)) * epsilon;
}

/**
 * The shortest y for which ‖a y − b‖ is least: a⁺ b.
 *
 * Shapes: a [..., m, n], b [m] or [..., m, k] → [n] or [..., n, k]; batches broadcast. Dtypes: floats, the same.
 * Gradient: b̄ = (aᵀ)⁺ ȳ and ā = −b̄ yᵀ + (b − a y)(a⁺ b̄)ᵀ + ((aᵀ)⁺ y)(ȳ − aᵀ b̄)ᵀ: right while the rank of a stays what it is,
 * also where singular values are equal; where the rank changes y jumps. NaN throughout where a is not finite. Source:
 * Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate", 1973.
 * @throws ShapeError unless a has the rows of b, or when batches do not broadcast; DTypeError unless both are one float;
 * ArgumentError when the tolerance is below 0.
 * @example lstsq(tensor([[2, 0], [0, 0]]), tensor([4, 3]))   // f64[2] [2, 0]
 */
export function lstsq(a: Tensor, b: Tensor, options: RankOptions = {}): Tensor {
  const tolerance = options.tolerance ?? defaultTolerance('lstsq', a);
  return withRightSide('lstsq', a, b, (p, q) => shortest(p, q, { tolerance }));
}

import { kernels, type Tensor, type TensorType } from '@throughline/tensor';
import { bind } from '../../bind.ts';
import { expandDims } from '../../ops/at.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Cotangent, Primitive } from '../../primitive.ts';
import { add, div, mul, sub } from '../maps/arithmetic.ts';
import { equal } from '../maps/comparison.ts';
import { where } from '../where.ts';
import { batchOf, definePerMatrix, identities, matrixExtents, turned } from './matrices.ts';

type None = Record<string, never>;

const svdPrimitive: Primitive<None, 1, 3> = definePerMatrix({
  name: 'svd',
  infer([x]) {
    const [m, n] = matrixExtents('svd', x);
    const k = Math.min(m, n);
    const type = (...own: readonly number[]): TensorType => ({ dtype: x.dtype, shape: [...batchOf(x), ...own] });
    return [type(m, k), type(k), type(n, k)];
  },
  kernel([x]) {
    const { u, s, v } = kernels.svd(x);
    return [u, s, v];
  },
  pullbacks: [
    ([ctU, ctS, ctV], { outputs: [u, s, v] }) =>
      addPresent([
        ctS && matmul(mul(u, expandDims(ctS, -2)), turned(v)),
        ctU && matmul(fromLeft(ctU, u, s), turned(v)),
        ctV && matmul(u, turned(fromLeft(ctV, v, s))),
      ]),
  ],
});

/** U (F ∘ (UᵀŪ − ŪᵀU)) S + (I − UUᵀ) Ū S⁻¹ with F_ij = 1 / (s_j² − s_i²): what Ū adds to x̄ V. For V the same, transposed. */
function fromLeft(ct: Tensor, u: Tensor, s: Tensor): Tensor {
  const product = matmul(turned(u), ct);
  const skew = sub(product, turned(product));
  const [across, down] = [expandDims(s, -2), expandDims(s, -1)];
  const gaps = mul(sub(across, down), add(across, down));
  const same = equal(1, identities(u, s.shape.at(-1) ?? 0));
  const weighted = div(where(same, 0, skew), where(same, 1, gaps));
  return add(mul(matmul(u, weighted), across), div(sub(ct, matmul(u, product)), across));
}

function addPresent(parts: readonly Cotangent[]): Cotangent {
  const present = parts.filter((part): part is Tensor => part !== null);
  return present.length === 0 ? null : present.reduce((a, b) => add(a, b));
}

/**
 * x = u diag(s) vᵀ with orthonormal columns in u and v, and s ≥ 0, descending.
 *
 * Shapes: [..., m, n] → u [..., m, k], s [..., k], v [..., n, k] with k = min(m, n). Dtypes: floats. Gradient: x̄ = u diag(s̄) vᵀ for s; for u
 * and v the known formulas, infinite or NaN where two singular values are equal or one is 0. Where s is 0, the vector on
 * the longer side is given as 0.
 * Source: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008.
 * @throws ShapeError unless x has matrices; DTypeError unless float.
 * @example svd(tensor([[0, 2], [3, 0]])).s   // f64[2] [3, 2]
 */
export function svd(x: Tensor): { u: Tensor; s: Tensor; v: Tensor } {
  const [u, s, v] = bind(svdPrimitive, [x], {});
  return { u, s, v };
}

/**
 * The singular values of a matrix, descending.
 *
 * Shapes: [..., m, n] → [..., min(m, n)]. Dtypes: floats. Gradient: x̄ = u diag(ȳ) vᵀ with the singular vectors: where a value is 0 it
 * has a kink, and gets 0.
 * @throws ShapeError unless x has matrices; DTypeError unless float.
 * @example singularValues(tensor([[0, 2], [3, 0]]))   // f64[2] [3, 2]
 */
export function singularValues(x: Tensor): Tensor {
  matrixExtents('singularValues', x);
  return svd(x).s;
}

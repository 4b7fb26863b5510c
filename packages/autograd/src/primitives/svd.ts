import { formatType, kernels, ShapeError, type Tensor, type TensorType, tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { checkFloat } from '../operand.ts';
import { expandDims } from '../ops/at.ts';
import { matmul } from '../ops/matmul.ts';
import { type Cotangent, definePrimitive, type Primitive } from '../primitive.ts';
import { add, div, mul, sub } from './maps/arithmetic.ts';
import { equal } from './maps/comparison.ts';
import { transpose } from './transpose.ts';
import { where } from './where.ts';

type None = Record<string, never>;

/** The extents of a float matrix. */
export function matrixExtents(op: string, x: TensorType): [number, number] {
  checkFloat(op, x);
  const [m, n] = x.shape;
  if (x.shape.length !== 2 || m === undefined || n === undefined)
    throw new ShapeError(
      op,
      `${formatType(x)} is not a matrix. Use reshape(x, [m, n]), or at(x, i) for one of a batch.`,
    );
  return [m, n];
}

const svdPrimitive: Primitive<None, 1, 3> = definePrimitive({
  name: 'svd',
  semantics: { kind: 'host' },
  infer([x]) {
    const [m, n] = matrixExtents('svd', x);
    const k = Math.min(m, n);
    return [
      { dtype: x.dtype, shape: [m, k] },
      { dtype: x.dtype, shape: [k] },
      { dtype: x.dtype, shape: [n, k] },
    ];
  },
  eval([x]) {
    const { u, s, v } = kernels.svd(x);
    return [u, s, v];
  },
  pullbacks: [
    ([ctU, ctS, ctV], { outputs: [u, s, v] }) =>
      addPresent([
        ctS && matmul(mul(u, ctS), transpose(v)),
        ctU && matmul(fromLeft(ctU, u, s), transpose(v)),
        ctV && matmul(u, transpose(fromLeft(ctV, v, s))),
      ]),
  ],
});

/** U (F ∘ (UᵀŪ − ŪᵀU)) S + (I − UUᵀ) Ū S⁻¹ with F_ij = 1 / (s_j² − s_i²): what Ū adds to x̄ V. For V the same, transposed. */
function fromLeft(ct: Tensor, u: Tensor, s: Tensor): Tensor {
  const product = matmul(transpose(u), ct);
  const skew = sub(product, transpose(product));
  const gaps = mul(sub(s, expandDims(s, 1)), add(s, expandDims(s, 1)));
  const same = eye(s);
  const weighted = div(where(same, 0, skew), where(same, 1, gaps));
  return add(mul(matmul(u, weighted), s), div(sub(ct, matmul(u, product)), s));
}

/** True on the diagonal of a matrix with as many rows as s has elements. */
function eye(s: Tensor): Tensor {
  const places = tensor(
    Array.from({ length: s.size }, (_, i) => i),
    { dtype: 'int32', shape: [s.size] },
  );
  return equal(places, expandDims(places, 1));
}

function addPresent(parts: readonly Cotangent[]): Cotangent {
  const present = parts.filter((part): part is Tensor => part !== null);
  return present.length === 0 ? null : present.reduce((a, b) => add(a, b));
}

/**
 * x = u diag(s) vᵀ with orthonormal columns in u and v, and s ≥ 0, descending.
 *
 * Shapes: [m, n] → u [m, k], s [k], v [n, k] with k = min(m, n). Dtypes: floats. Gradient: x̄ = u diag(s̄) vᵀ for s; for u
 * and v the known formulas, infinite or NaN where two singular values are equal or one is 0. Where s is 0, the vector on
 * the longer side is given as 0.
 * Source: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008.
 * @throws ShapeError unless x is a matrix; DTypeError unless float.
 * @example svd(tensor([[0, 2], [3, 0]])).s   // f64[2] [3, 2]
 */
export function svd(x: Tensor): { u: Tensor; s: Tensor; v: Tensor } {
  const [u, s, v] = bind(svdPrimitive, [x], {});
  return { u, s, v };
}

/**
 * The singular values of a matrix, descending.
 *
 * Shapes: [m, n] → [min(m, n)]. Dtypes: floats. Gradient: x̄ = u diag(ȳ) vᵀ with the singular vectors: where a value is 0 it
 * has a kink, and gets 0.
 * @throws ShapeError unless x is a matrix; DTypeError unless float.
 * @example singularValues(tensor([[0, 2], [3, 0]]))   // f64[2] [3, 2]
 */
export function singularValues(x: Tensor): Tensor {
  matrixExtents('singularValues', x);
  return svd(x).s;
}

import { ArgumentError, kernels, type Tensor } from '@throughline/tensor';
import { bind } from '../../bind.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Cotangent, Primitive } from '../../primitive.ts';
import { concat } from '../concat-split.ts';
import { add, sub } from '../maps/arithmetic.ts';
import { slice } from '../slice-pad.ts';
import { filled } from '../sum-broadcast.ts';
import { batchOf, definePerMatrix, identities, lowerPart, matrixExtents, turned } from './matrices.ts';
import { solveTriangular } from './solve-triangular.ts';

type None = Record<string, never>;

const qrPrimitive: Primitive<None, 1, 2> = definePerMatrix({
  name: 'qr',
  readsVary: true, // x, where it is wider than high
  infer([x]) {
    const [m, n] = matrixExtents('qr', x);
    const k = Math.min(m, n);
    return [
      { dtype: x.dtype, shape: [...batchOf(x), m, k] },
      { dtype: x.dtype, shape: [...batchOf(x), k, n] },
    ];
  },
  kernel([x]) {
    const { q, r } = kernels.qr(x);
    return [q, r];
  },
  pullbacks: [
    ([ctQ, ctR], { inputs: [x], outputs: [q, r] }) => {
      const [m = 0, n = 0] = x.shape.slice(-2);
      if (m >= n) return fromFactors(q, r, ctQ, ctR);
      // The first m columns alone make q; the others y are q v, v being the rest of r.
      const [y, v] = [columns(x, m, n), ctR && columns(ctR, m, n)];
      const ctLeft = sum(ctQ, v && matmul(y, turned(v)));
      const left = fromFactors(q, columns(r, 0, m), ctLeft, ctR && columns(ctR, 0, m));
      const right = v ? matmul(q, v) : filled({ dtype: x.dtype, shape: y.shape }, 0);
      return left && concat([left, right], x.rank - 1);
    },
  ],
});

/** (q̄ + q S) r⁻ᵀ with S the symmetric matrix that has the lower triangle of r r̄ᵀ − q̄ᵀ q: for no more columns than rows. */
function fromFactors(q: Tensor, r: Tensor, ctQ: Cotangent, ctR: Cotangent): Cotangent {
  const fromR = ctR && matmul(r, turned(ctR));
  const fromQ = ctQ && matmul(turned(ctQ), q);
  const m = fromR && fromQ ? sub(fromR, fromQ) : (fromR ?? (fromQ && sub(0, fromQ)));
  if (m === null) return null;
  const symmetric = add(lowerPart(m), turned(lowerPart(m, 1)));
  const inner = sum(ctQ, matmul(q, symmetric));
  return inner && turned(solveTriangular(r, turned(inner)));
}

const sum = (a: Cotangent, b: Cotangent): Cotangent => (a && b ? add(a, b) : (a ?? b));

/** Some columns of each matrix. */
function columns(x: Tensor, from: number, to: number): Tensor {
  const starts = x.shape.map((_, axis) => (axis === x.rank - 1 ? from : 0));
  return slice(x, starts, x.shape.with(-1, to));
}

/**
 * x = q r with orthonormal columns in q and an upper triangle r, whose diagonal is ≥ 0. The mode 'complete' makes q square: the
 * columns that x leaves open are the first axes, made orthonormal to x.
 *
 * Shapes: [..., m, n] → q [..., m, k], r [..., k, n] with k = min(m, n), or m when complete. Dtypes: floats. Gradient:
 * (q̄ + q S) r⁻ᵀ, S being symmetric with the lower triangle of r r̄ᵀ − q̄ᵀ q; infinite or NaN where the first k columns are not
 * independent (when complete: those of x and the first m − n axes). NaN in q and the triangle where x is not finite. Source: Walter and Lehmann, "Algorithmic differentiation of linear
 * algebra functions with application in optimum experimental design", 2018; Householder, "Unitary triangularization of a
 * nonsymmetric matrix", 1958.
 * @throws ShapeError unless x has matrices; DTypeError unless float; ArgumentError for another mode.
 * @example qr(tensor([[3, 1], [0, 2]])).r           // f64[2,2] [[3, 1], [0, 2]]
 * @example qr(tensor([[3], [4]]), 'complete').q     // f64[2,2] [[0.6, 0.8], [0.8, -0.6]]
 */
export function qr(x: Tensor, mode: 'reduced' | 'complete' = 'reduced'): { q: Tensor; r: Tensor } {
  const [m, n] = matrixExtents('qr', x);
  if (mode !== 'reduced' && mode !== 'complete')
    throw new ArgumentError('qr', `there is no mode '${mode}'. Use 'reduced' or 'complete'.`);
  const [q, r] = bind(qrPrimitive, [x], {});
  if (mode === 'reduced' || m <= n) return { q, r };
  const [whole] = bind(qrPrimitive, [concat([x, identities(x, m)], x.rank - 1)], {});
  const below = filled({ dtype: x.dtype, shape: [...batchOf(x), m - n, n] }, 0);
  return { q: whole, r: concat([r, below], x.rank - 2) };
}

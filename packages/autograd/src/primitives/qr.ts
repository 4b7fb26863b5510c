import { kernels, type Tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';
import { matrixExtents } from './svd.ts';

type None = Record<string, never>;

const qrPrimitive = definePrimitive<None, 1, 2>({
  name: 'qr',
  semantics: { kind: 'host' },
  infer([x]) {
    const [m, n] = matrixExtents('qr', x);
    const k = Math.min(m, n);
    return [
      { dtype: x.dtype, shape: [m, k] },
      { dtype: x.dtype, shape: [k, n] },
    ];
  },
  eval([x]) {
    const { q, r } = kernels.qr(x);
    return [q, r];
  },
  pullbacks: [null],
});

/**
 * x = q r with orthonormal columns in q and an upper triangle r, whose diagonal is ≥ 0.
 *
 * Shapes: [m, n] → q [m, k], r [k, n] with k = min(m, n). Dtypes: floats. Gradient: none yet; it takes a triangular solve.
 * Source: Householder, "Unitary triangularization of a nonsymmetric matrix", 1958.
 * @throws ShapeError unless x is a matrix; DTypeError unless float; NotDifferentiableError under a derivative.
 * @example qr(tensor([[3, 1], [0, 2]])).r   // f64[2,2] [[3, 1], [0, 2]]
 */
export function qr(x: Tensor): { q: Tensor; r: Tensor } {
  const [q, r] = bind(qrPrimitive, [x], {});
  return { q, r };
}

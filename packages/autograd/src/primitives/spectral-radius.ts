import { formatType, kernels, ShapeError, type Tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';
import { matrixExtents } from './svd.ts';

type None = Record<string, never>;

const radiusPrimitive = definePrimitive<None, 1>({
  name: 'spectralRadius',
  semantics: { kind: 'host' },
  infer([x]) {
    const [m, n] = matrixExtents('spectralRadius', x);
    if (m !== n)
      throw new ShapeError('spectralRadius', `${formatType(x)} is not square (${m} ≠ ${n}). Use singularValues.`);
    return [{ dtype: x.dtype, shape: [] }];
  },
  eval: ([x]) => [kernels.spectralRadius(x)],
  pullbacks: [null],
});

/**
 * The largest absolute value of an eigenvalue, complex pairs included: ρ = lim ‖xᵏ‖^(1/k), by squaring x.
 *
 * Shapes: [n, n] → []. Dtypes: floats. Gradient: none; ρ has kinks wherever eigenvalues meet.
 * @throws ShapeError unless x is square; DTypeError unless float; NotDifferentiableError under a derivative.
 * @example spectralRadius(tensor([[0, 2], [-2, 0]]))   // f64[] 2
 */
export const spectralRadius = (x: Tensor): Tensor => bind(radiusPrimitive, [x], {})[0];

import { kernels, type Tensor } from '@throughline/tensor';
import { bind } from '../../bind.ts';
import { batchOf, definePerMatrix, squareExtent } from './matrices.ts';

type None = Record<string, never>;

const radiusPrimitive = definePerMatrix<None, 1, 1>({
  name: 'spectralRadius',
  infer([x]) {
    squareExtent('spectralRadius', x, 'Use singularValues.');
    return [{ dtype: x.dtype, shape: batchOf(x) }];
  },
  kernel: ([x]) => [kernels.spectralRadius(x)],
  pullbacks: [null],
});

/**
 * The largest absolute value of an eigenvalue, complex pairs included: ρ = lim ‖xᵏ‖^(1/k), by squaring x.
 *
 * Shapes: [..., n, n] → [...]. Dtypes: floats. Gradient: none; ρ has kinks wherever eigenvalues meet.
 * @throws ShapeError unless x is square; DTypeError unless float; NotDifferentiableError under a derivative.
 * @example spectralRadius(tensor([[0, 2], [-2, 0]]))   // f64[] 2
 */
export const spectralRadius = (x: Tensor): Tensor => bind(radiusPrimitive, [x], {})[0];

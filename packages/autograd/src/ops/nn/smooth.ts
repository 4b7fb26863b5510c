import { formatType, normalizeAxis, ShapeError, type Tensor } from '@throughline/tensor';
import { split } from '../../primitives/concat-split.ts';
import { add, div, mul, neg } from '../../primitives/maps/arithmetic.ts';
import { sigmoid, softplus, tanh } from '../../primitives/maps/exponential.ts';
import { abs } from '../../primitives/maps/kinked.ts';
import { checkFloats } from './check.ts';

/**
 * x · sigmoid(x), element by element: also named swish.
 *
 * Shapes: any, unchanged. Dtypes: floats; NaN at −∞. Gradient: x̄ = ȳ (s + x s (1 − s)) with s = sigmoid(x).
 * @throws DTypeError unless x is a float.
 * @example silu(tensor([-1000, 0, 2]))   // f64[3] [-0, 0, 1.76159]
 */
export function silu(x: Tensor): Tensor {
  checkFloats('silu', x);
  return mul(x, sigmoid(x));
}

/**
 * x · tanh(log(1 + eˣ)), element by element.
 *
 * Shapes: any, unchanged. Dtypes: floats; NaN at −∞. Gradient: x̄ = ȳ (t + x (1 − t²) sigmoid(x)) with t = tanh(softplus(x)).
 * @throws DTypeError unless x is a float.
 * @example mish(tensor([-1000, 0, 2]))   // f64[3] [-0, 0, 1.94396]
 */
export function mish(x: Tensor): Tensor {
  checkFloats('mish', x);
  return mul(x, tanh(softplus(x)));
}

/**
 * log sigmoid(x), element by element, without the logarithm of 0.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: x̄ = ȳ sigmoid(−x).
 * @throws DTypeError unless x is a float.
 * @example logSigmoid(tensor([-1000, 0]))   // f64[2] [-1000, -0.693147]
 */
export function logSigmoid(x: Tensor): Tensor {
  checkFloats('logSigmoid', x);
  return neg(softplus(neg(x)));
}

/**
 * x / (1 + |x|), element by element.
 *
 * Shapes: any, unchanged. Dtypes: floats; NaN at ±∞. Gradient: x̄ = ȳ / (1 + |x|)², to within ε / (1 + |x|); the second
 * derivative has a jump at 0, where it is 0.
 * @throws DTypeError unless x is a float.
 * @example softsign(tensor([-1, 0, 3]))   // f64[3] [-0.5, 0, 0.75]
 */
export function softsign(x: Tensor): Tensor {
  checkFloats('softsign', x);
  return div(x, add(1, abs(x)));
}

/**
 * The first half of x along an axis, gated by the second: a · sigmoid(b).
 *
 * Shapes: `axis` is halved. Dtypes: floats. Gradient: ā = ȳ s and b̄ = ȳ a s (1 − s) with s = sigmoid(b).
 * @throws ShapeError when the extent of the axis is odd; AxisError when it is out of range; DTypeError unless x is a float.
 * @example glu(tensor([2, 4, 0, 0]))   // f64[2] [1, 2]
 */
export function glu(x: Tensor, axis = -1): Tensor {
  checkFloats('glu', x);
  const at = normalizeAxis('glu', axis, x);
  const half = (x.shape[at] ?? 0) / 2;
  if (!Number.isInteger(half)) {
    throw new ShapeError('glu', `axis ${at} of ${formatType(x)} has no two halves. Use an even extent.`);
  }
  const [a, b] = split(x, [half, half], at) as [Tensor, Tensor]; // one per size
  return mul(a, sigmoid(b));
}

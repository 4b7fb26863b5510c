import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { Operand } from '../../operand.ts';
import { div, mul } from '../../primitives/maps/arithmetic.ts';
import { greater } from '../../primitives/maps/comparison.ts';
import { expm1 } from '../../primitives/maps/exponential.ts';
import { where } from '../../primitives/where.ts';
import { checkFloats } from './check.ts';

/**
 * x where it is positive, else `negativeSlope` · x, element by element. A tensor as the slope can be learned.
 *
 * Shapes: x and slope broadcast. Dtypes: floats, equal. Gradient: x̄ = ȳ where x > 0, else ȳ · slope; at 0 too.
 * @throws DTypeError unless x is a float; ShapeError when the shapes do not broadcast.
 * @example leakyRelu(tensor([-100, 0, 2]))   // f64[3] [-1, 0, 2]
 */
export function leakyRelu(x: Tensor, negativeSlope: Operand = 0.01): Tensor {
  checkFloats('leakyRelu', x);
  return where(greater(x, 0), x, mul(x, negativeSlope));
}

/** x where positive, else f(x), which meets no positive number: its derivative there may be ∞, and 0 · ∞ is NaN. */
function positiveOr(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const positive = greater(x, 0);
  return where(positive, x, f(where(positive, 0, x)));
}

/**
 * x where it is positive, else alpha (eˣ − 1), element by element.
 *
 * Shapes: x and alpha broadcast. Dtypes: floats, equal. Gradient: x̄ = ȳ where x > 0, else ȳ alpha eˣ; alpha at 0.
 * @throws DTypeError unless x is a float; ShapeError when the shapes do not broadcast.
 * @example elu(tensor([-1000, 0, 2]))   // f64[3] [-1, 0, 2]
 */
export function elu(x: Tensor, alpha: Operand = 1): Tensor {
  checkFloats('elu', x);
  return positiveOr(x, (z) => mul(alpha, expm1(z)));
}

/**
 * 1.0507… · elu(x, 1.6732…), element by element: with these, layers keep mean 0 and variance 1.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: that of elu, times 1.0507…; 1.7581… at 0.
 * @throws DTypeError unless x is a float.
 * @example selu(tensor([-1000, 0, 1]))   // f64[3] [-1.7581, 0, 1.0507]
 */
export function selu(x: Tensor): Tensor {
  checkFloats('selu', x);
  return mul(
    1.0507009873554805,
    positiveOr(x, (z) => mul(1.6732632423543772, expm1(z))),
  );
}

/**
 * x where it is positive, else alpha (e^(x / alpha) − 1), element by element: an elu without a kink.
 *
 * Shapes: x and alpha broadcast. Dtypes: floats, equal. Gradient: x̄ = ȳ where x > 0, else ȳ e^(x / alpha); 1 at 0.
 * @throws ArgumentError when the number alpha is not positive; DTypeError unless x is a float.
 * @example celu(tensor([-1000, 0, 2]), 0.5)   // f64[3] [-0.5, 0, 2]
 */
export function celu(x: Tensor, alpha: Operand = 1): Tensor {
  checkFloats('celu', x);
  if (typeof alpha === 'number' && !(alpha > 0)) {
    throw new ArgumentError('celu', `alpha is ${alpha}, not positive. Use relu for a limit of 0.`);
  }
  return positiveOr(x, (z) => mul(alpha, expm1(div(z, alpha))));
}

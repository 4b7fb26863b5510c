import { ArgumentError, type Tensor } from '@throughline/tensor';
import { add, div, mul } from '../../primitives/maps/arithmetic.ts';
import { greaterEqual, lessEqual } from '../../primitives/maps/comparison.ts';
import { where } from '../../primitives/where.ts';
import { checkFloats } from './check.ts';

/** x between two numbers, and the nearer of them beyond; flat at both, as relu is at 0. NaN stays. */
const ramp = (x: Tensor, low: number, high: number): Tensor =>
  where(greaterEqual(x, high), high, where(lessEqual(x, low), low, x));

/**
 * x kept within minVal … maxVal, element by element; NaN stays.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: ȳ within, 0 beyond and at the bounds (`clip` shares it there).
 * @throws ArgumentError unless minVal < maxVal; DTypeError unless x is a float.
 * @example hardTanh(tensor([-2, 0.5, 2]))   // f64[3] [-1, 0.5, 1]
 */
export function hardTanh(x: Tensor, minVal = -1, maxVal = 1): Tensor {
  checkFloats('hardTanh', x);
  if (!(minVal < maxVal)) {
    throw new ArgumentError('hardTanh', `minVal (${minVal}) is not below maxVal (${maxVal}).`);
  }
  return ramp(x, minVal, maxVal);
}

/**
 * x kept within 0 … 6, element by element; NaN stays.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: ȳ within, 0 beyond and at 0 and 6.
 * @throws DTypeError unless x is a float.
 * @example relu6(tensor([-1, 2, 7]))   // f64[3] [0, 2, 6]
 */
export function relu6(x: Tensor): Tensor {
  checkFloats('relu6', x);
  return ramp(x, 0, 6);
}

/**
 * relu6(x + 3) / 6, element by element: a sigmoid of three straight lines.
 *
 * Shapes: any, unchanged. Dtypes: floats. Gradient: ȳ / 6 for −3 < x < 3, 0 elsewhere and at ±3.
 * @throws DTypeError unless x is a float.
 * @example hardSigmoid(tensor([-4, 0, 4]))   // f64[3] [0, 0.5, 1]
 */
export function hardSigmoid(x: Tensor): Tensor {
  checkFloats('hardSigmoid', x);
  return div(ramp(add(x, 3), 0, 6), 6);
}

/**
 * x · hardSigmoid(x), element by element.
 *
 * Shapes: any, unchanged. Dtypes: floats; NaN at −∞. Gradient: ȳ (x / 3 + ½) for −3 < x < 3; 0 up to −3, ȳ from 3 on.
 * @throws DTypeError unless x is a float.
 * @example hardSwish(tensor([-4, 1, 4]))   // f64[3] [-0, 0.666667, 4]
 */
export function hardSwish(x: Tensor): Tensor {
  checkFloats('hardSwish', x);
  return mul(x, hardSigmoid(x));
}

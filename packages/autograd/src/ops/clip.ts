import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { Operand } from '../operand.ts';
import { maximum, minimum } from '../primitives/maps/kinked.ts';

/**
 * x kept within low … high, element by element; NaN stays.
 *
 * Shapes: all three broadcast. Dtypes: numbers, equal. Gradient: ȳ within, 0 beyond; at a bound half goes to x and half to
 * the bound.
 * @throws ArgumentError when the numbers low and high are in the wrong order; ShapeError and DTypeError as maximum does.
 * @example clip(tensor([-2, 0.5, 2]), -1, 1)   // f64[3] [-1, 0.5, 1]
 */
export function clip(x: Tensor, low: Operand, high: Operand): Tensor {
  if (typeof low === 'number' && typeof high === 'number' && !(low <= high)) {
    throw new ArgumentError('clip', `low (${low}) is above high (${high}). Use clip(x, low, high).`);
  }
  return minimum(maximum(x, low), high);
}

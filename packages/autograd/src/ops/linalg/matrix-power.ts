import { ArgumentError, type Tensor } from '@throughline/tensor';
import { identities, squareExtent } from '../../primitives/linalg/matrices.ts';
import { matmul } from '../matmul.ts';
import { inv } from './inv.ts';

/**
 * A square matrix multiplied with itself, `n` factors in all, by squaring; the power of its inverse where n is below 0.
 *
 * Shapes: [..., k, k] → the same. Dtypes: floats. Gradient: that of the products; NaN with the result where n is below 0 and x
 * has no inverse.
 * @throws ShapeError unless x is square; DTypeError unless float; ArgumentError when n is not an integer.
 * @example matrixPower(tensor([[1, 1], [0, 1]]), 5)    // f64[2,2] [[1, 5], [0, 1]]
 * @example matrixPower(tensor([[1, 1], [0, 1]]), -1)   // f64[2,2] [[1, -1], [0, 1]]
 */
export function matrixPower(x: Tensor, n: number): Tensor {
  const extent = squareExtent('matrixPower', x, 'Use matmul.');
  if (!Number.isSafeInteger(n)) throw new ArgumentError('matrixPower', `the exponent ${n} is not an integer.`);
  let square = n < 0 ? inv(x) : x;
  let power: Tensor | null = null;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = power === null ? square : matmul(power, square);
    if (rest > 1) square = matmul(square, square);
  }
  return power ?? identities(x, extent);
}

import type { Tensor } from '@throughline/tensor';
import * as special from '@throughline/tensor/special';
import type { BinaryOp, UnaryOp } from '../define.ts';
import { div, mul, sub } from '../maps/arithmetic.ts';
import { equal, lessEqual } from '../maps/comparison.ts';
import { sigmoid } from '../maps/exponential.ts';
import { log } from '../maps/logarithmic.ts';
import { isFinite as finite, logicalAnd, logicalNot } from '../maps/logical.ts';
import { where } from '../where.ts';
import { binaryMap, unaryMap } from './scalar-map.ts';

/**
 * log(x / (1 − x)), element by element: the inverse of sigmoid; ∓∞ at 0 and 1, NaN outside.
 *
 * Shapes: any. Dtypes: floats; within 1 ulp. Gradient: x̄ = ȳ / (x (1 − x)).
 * @throws DTypeError unless x is a float.
 * @example logit(tensor([0.5]))   // f64[1] [0]
 */
export const logit: UnaryOp = unaryMap(special.logit, (ct, { x }) => div(ct, mul(x, sub(1, x))));

/** x − y; equal infinities are no distance apart. */
function distance(x: Tensor, y: Tensor): Tensor {
  const alike = logicalAnd(equal(x, y), logicalNot(finite(x)));
  return where(alike, 0, sub(where(alike, 0, x), where(alike, 0, y)));
}

/**
 * log(eˣ + eʸ), element by element, without overflow.
 *
 * Shapes: broadcast. Dtypes: floats; within 2 ulp of the result or of the larger operand. Gradient: x̄ = z̄ sigmoid(x − y),
 * ȳ = z̄ sigmoid(y − x); where both are the same infinity, half each.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ or are not floats.
 * @example logaddexp(tensor([-Infinity, 1000]), 3)   // f64[2] [3, 1000]
 */
export const logaddexp: BinaryOp = binaryMap(
  special.logaddexp,
  (ct, { x, y }) => mul(ct, sigmoid(distance(x, y))),
  (ct, { x, y }) => mul(ct, sigmoid(distance(y, x))),
);

/**
 * x log y, element by element, and 0 where x = 0, whatever y is but NaN: terms of entropies.
 *
 * Shapes: broadcast. Dtypes: floats; within 2 ulp. Gradient: x̄ = z̄ log y, but 0 where x = 0 and y ≤ 0; ȳ = z̄ x / y, but 0
 * where both are 0.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ or are not floats.
 * @example xlogy(tensor([0, 2]), tensor([0, 1]))   // f64[2] [0, 0]
 */
export const xlogy: BinaryOp = binaryMap(
  special.xlogy,
  (ct, { x, y }) => mul(ct, log(where(logicalAnd(equal(x, 0), lessEqual(y, 0)), 1, y))),
  (ct, { x, y }) => mul(ct, div(x, where(logicalAnd(equal(x, 0), equal(y, 0)), 1, y))),
);

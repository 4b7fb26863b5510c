import type { Tensor } from '@throughline/tensor';
import * as special from '@throughline/tensor/special';
import type { BinaryOp } from '../define.ts';
import { div, mul } from '../maps/arithmetic.ts';
import { equal } from '../maps/comparison.ts';
import { where } from '../where.ts';
import { binaryMap } from './scalar-map.ts';

/** 0 at the origin, where z = 0. */
const share = (ct: Tensor, x: Tensor, z: Tensor): Tensor => mul(ct, div(x, where(equal(z, 0), 1, z)));

/**
 * √(x² + y²), element by element, without overflow in between; ∞ beside an infinity, even of NaN.
 *
 * Shapes: broadcast. Dtypes: floats; within 1 ulp. Gradient: x̄ = z̄ x / z, ȳ = z̄ y / z; 0 at the origin, a kink.
 * @throws ShapeError when the shapes do not broadcast; DTypeError when dtypes differ or are not floats.
 * @example hypot(tensor([3, 1e300]), tensor([4, 0]))   // f64[2] [5, 1e300]
 */
export const hypot: BinaryOp = binaryMap(
  special.hypot,
  (ct, { x, z }) => share(ct, x, z),
  (ct, { y, z }) => share(ct, y, z),
);

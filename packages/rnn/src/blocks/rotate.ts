import { add, concat, cos, exp, mul, reshape, sin, slice, sub } from '@throughline/autograd';
import { arange, type Tensor } from '@throughline/tensor';

/** log 10000, the base of the published frequencies. */
const logBase = 9.210340371976184;

/**
 * Turns features, in pairs (i, i + E/2), by angles that grow with the position: position · 10000^(−2i/E). Products of queries
 * and keys then depend on how far they are apart alone. x [T, B, N, E], positions [T, B].
 * Source: Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021.
 */
export function rotate(x: Tensor, positions: Tensor): Tensor {
  const E = x.shape[3] as number; // queries or keys
  const half = E / 2;
  const dtype = positions.dtype;
  const frequencies = exp(mul(arange(half, dtype), -logBase / half));
  const angles = mul(reshape(positions, [...positions.shape, 1, 1]), frequencies);
  const part = (from: number): Tensor => slice(x, [0, 0, 0, from], [...x.shape.slice(0, -1), from + half]);
  const [a, b, c, s] = [part(0), part(half), cos(angles), sin(angles)];
  return concat([sub(mul(a, c), mul(b, s)), add(mul(a, s), mul(b, c))], -1);
}

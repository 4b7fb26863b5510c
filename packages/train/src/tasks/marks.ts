import { oneHot, transpose } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { integers } from './draw.ts';

/** [T, batch]: a 1 per column, at a step from `start` to `start + count − 1`. */
export function marks(
  key: Tensor,
  batch: number,
  start: number,
  count: number,
  T: number,
  dtype: 'float64' | 'float32' = 'float64',
): Tensor {
  return transpose(oneHot(integers(key, [batch], start, count), T, dtype));
}

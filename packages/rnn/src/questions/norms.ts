import type { Tensor } from '@throughline/tensor';

/** √Σx² over all elements, scaled by the largest so that squares of vanishing gradients do not underflow to 0. */
export function norm2(x: Tensor): number {
  const { storage } = x.concrete('norm');
  let largest = 0;
  for (const value of storage) {
    if (Number.isNaN(value)) return Number.NaN;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  let sum = 0;
  for (const value of storage) sum += (value / largest) * (value / largest);
  return largest * Math.sqrt(sum);
}

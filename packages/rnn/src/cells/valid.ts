import { reshape, where } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';

/** x [T, B, …] where the step is valid, bool [T, B], and a number elsewhere; x itself when all are. */
export const whereValid = (valid: Tensor | undefined, x: Tensor, otherwise: number): Tensor =>
  valid === undefined ? x : where(reshape(valid, [...valid.shape, ...x.shape.slice(2).map(() => 1)]), x, otherwise);

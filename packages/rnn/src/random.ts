import { add, mul, unstack } from '@throughline/autograd';
import { full, kernels, type Shape, type Tensor } from '@throughline/tensor';
import type { FloatType } from './initializer.ts';

/** `n` fresh keys. */
export const keys = (key: Tensor, n: number): Tensor[] => unstack(kernels.splitKey(key.concrete('init'), n));

/** Uniform draws in [low, high). */
export const uniformBetween = (key: Tensor, shape: Shape, low: number, high: number, dtype: FloatType): Tensor =>
  add(mul(kernels.uniform(key.concrete('init'), shape, dtype), full([], high - low, dtype)), full([], low, dtype));

/** Standard normal draws. */
export const normalDraw = (key: Tensor, shape: Shape, dtype: FloatType): Tensor =>
  kernels.normal(key.concrete('init'), shape, dtype);

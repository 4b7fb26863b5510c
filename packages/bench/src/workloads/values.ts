import { type FloatType, fromStorage, type Shape, type Tensor } from 'throughline';
import { spread } from './hash.ts';

/** A tensor of the numbers that a peer makes from the same seed. */
export function values(seed: number, shape: Shape, scale: number, dtype: FloatType): Tensor {
  const numbers = spread(
    seed,
    shape.reduce((a, b) => a * b, 1),
    scale,
  );
  return fromStorage(dtype === 'float32' ? Float32Array.from(numbers) : numbers, dtype, shape);
}

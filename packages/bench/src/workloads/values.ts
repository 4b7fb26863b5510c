import { type FloatType, fromStorage, type Shape, type Tensor } from 'throughline';

/**
 * Numbers spread evenly over ±scale by a multiplicative hash of their place, the same in peers/torch_server.py: both
 * sides compute the same thing, and say so by the loss and the norm of the gradient.
 */
export function values(seed: number, shape: Shape, scale: number, dtype: FloatType): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const storage = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  const start = (seed * 40503 + 12345) >>> 0;
  for (let i = 0; i < size; i++) {
    const hashed = (Math.imul(i, 2654435761) + start) >>> 0;
    const mixed = (Math.imul(hashed ^ (hashed >>> 15), 22695477) + 1) >>> 0;
    storage[i] = ((mixed / 4294967296) * 2 - 1) * scale;
  }
  return fromStorage(storage, dtype, shape);
}

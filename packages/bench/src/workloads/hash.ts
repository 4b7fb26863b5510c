/**
 * Numbers spread evenly over ±scale by a multiplicative hash of their place, the same in peers/torch_server.py: both
 * sides compute the same thing, and say so by the loss and the norm of the gradient.
 */
export function spread(seed: number, size: number, scale: number): Float64Array {
  const start = (seed * 40503 + 12345) >>> 0;
  return Float64Array.from({ length: size }, (_, i) => {
    const hashed = (Math.imul(i, 2654435761) + start) >>> 0;
    const mixed = (Math.imul(hashed ^ (hashed >>> 15), 22695477) + 1) >>> 0;
    return ((mixed / 4294967296) * 2 - 1) * scale;
  });
}

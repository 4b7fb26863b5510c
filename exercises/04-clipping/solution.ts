import { mul, square, sum, type Tensor } from 'throughline';

export function shorten(grads: readonly Tensor[], limit: number): Tensor[] {
  const norm = Math.sqrt(grads.reduce((total, g) => total + sum(square(g)).item(), 0));
  return norm <= limit ? [...grads] : grads.map((g) => mul(g, limit / norm));
}

import { add, cast, floor, less, minimum, mul, reshape, uniform } from '@throughline/autograd';
import { argsort } from '@throughline/autograd/order';
import { arange, type Tensor } from '@throughline/tensor';

/** Evenly drawn integers, int32 of the shape: from `low` to `low + count − 1`. */
export function integers(key: Tensor, shape: readonly number[], low: number, count: number): Tensor {
  const drawn = minimum(floor(mul(uniform(key, shape), count)), count - 1); // a product may round up to count
  return cast(low === 0 ? drawn : add(drawn, low), 'int32');
}

/** int32 [n, batch]: in each column 0 … n − 1 in an order of its own. */
export const shuffles = (key: Tensor, n: number, batch: number): Tensor => argsort(uniform(key, [n, batch]), 0);

/** bool [T, B]: the steps that sequences of these lengths have. */
export const within = (lengths: Tensor, T: number): Tensor => less(reshape(arange(T, 'int32'), [T, 1]), lengths);

/** Steps that a sequence of least length T may have, T + T/10, as Hochreiter and Schmidhuber drew them. */
export const longest = (T: number): number => T + Math.floor(T / 10);

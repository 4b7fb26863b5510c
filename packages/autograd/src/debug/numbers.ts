import type { Concrete, Tensor } from '@throughline/tensor';
import { Traced } from '../value.ts';

/** What a look at every element told. */
export interface Look {
  /** The first NaN, else the first infinity, else −1. */
  readonly bad: number;
  readonly nan: boolean;
  /** The largest finite magnitude. */
  readonly largest: number;
}

export function look({ dtype, storage }: Concrete): Look {
  if (dtype !== 'float64' && dtype !== 'float32') return { bad: -1, nan: false, largest: 0 };
  let infinite = -1;
  let largest = 0;
  for (let i = 0; i < storage.length; i++) {
    const size = Math.abs(storage[i] as number); // i < length
    if (size < Number.POSITIVE_INFINITY) {
      if (size > largest) largest = size;
    } else if (Number.isNaN(size)) return { bad: i, nan: true, largest };
    else if (infinite < 0) infinite = i;
  }
  return { bad: infinite, nan: false, largest };
}

export const numberAt = (x: Concrete, i: number): number => x.storage[i] as number; // a place of x

/** The axes' indices of an element. */
export function indexOf({ shape }: Tensor, element: number): number[] {
  let rest = element;
  return shape
    .toReversed()
    .map((extent) => {
      const at = rest % extent;
      rest = (rest - at) / extent;
      return at;
    })
    .reverse();
}

/** What a value is in the outermost run: numbers, or a place in a Program. */
export function bottom(x: Tensor): Tensor {
  let value = x;
  while (value instanceof Traced && value.primal !== null) value = value.primal;
  return value;
}

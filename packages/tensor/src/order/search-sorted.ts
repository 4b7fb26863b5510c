import { Concrete } from '../tensor.ts';
import { below } from './below.ts';

/**
 * int32 places at which values would go into ascending rows: before their equals (`left`) or behind them. The first
 * `lead` axes of both are alike, and count rows; what follows in `values` is searched in the row.
 */
export function searchSorted(sorted: Concrete, values: Concrete, lead: number, left: boolean): Concrete {
  let rows = 1;
  for (let axis = 0; axis < lead; axis++) rows *= values.shape[axis];
  const [length, count] = [sorted.shape[lead], rows === 0 ? 0 : values.size / rows];
  const places = new Int32Array(values.size);
  for (let row = 0; row < rows; row++) {
    for (let k = row * count; k < (row + 1) * count; k++) {
      const value = values.storage[k];
      let [low, high] = [0, length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const entry = sorted.storage[row * length + middle];
        if (left ? below(entry, value) : !below(value, entry)) low = middle + 1;
        else high = middle;
      }
      places[k] = low;
    }
  }
  return new Concrete(places, 'int32', values.shape);
}

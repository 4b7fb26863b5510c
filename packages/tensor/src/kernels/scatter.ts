import { Concrete } from '../tensor.ts';
import { allocate } from './allocate.ts';
import { type Extents, extentsAround, fromFront } from './gather.ts';

/** For every slice of updates, in ascending order: the place it goes to, given with the places of its elements. */
function eachUpdate(around: Extents, indices: Concrete, write: (target: number, update: number) => void): void {
  const { outer, extent, inner } = around;
  const list = indices.storage;
  let next = 0;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < list.length; k++) {
      const start = (o * extent + fromFront(list[k], extent)) * inner;
      for (let i = 0; i < inner; i++) write(start + i, next++);
    }
  }
}

/** `target` with the slices of `updates` in place of its own at `indices`; of those for one place the last stays. */
export function scatterSet(target: Concrete, indices: Concrete, updates: Concrete, axis: number): Concrete {
  const from = updates.storage;
  const out = copyOf(target);
  eachUpdate(extentsAround(target.shape, axis), indices, (to, update) => {
    out[to] = from[update];
  });
  return new Concrete(out, target.dtype, target.shape);
}

/** The larger, or smaller, of each element of `target` and all updates for its place; NaN where there is one. */
export function scatterExtreme(
  target: Concrete,
  indices: Concrete,
  updates: Concrete,
  axis: number,
  pick: (a: number, b: number) => number,
): Concrete {
  const from = updates.storage;
  const out = copyOf(target);
  eachUpdate(extentsAround(target.shape, axis), indices, (to, update) => {
    out[to] = pick(out[to], from[update]);
  });
  return new Concrete(out, target.dtype, target.shape);
}

function copyOf({ storage, dtype, size }: Concrete): Concrete['storage'] {
  const out = allocate(dtype, size);
  out.set(storage);
  return out;
}

/**
 * Where x is not 0, in row-major order: of each axis the indices of the first `size` such elements, and `fill` where there are
 * fewer. NaN is not 0.
 */
export function nonzero(x: Concrete, size: number, fill: number): Concrete[] {
  const lists = x.shape.map(() => allocate('int32', size).fill(fill));
  const values = x.storage;
  let found = 0;
  for (let i = 0; i < values.length && found < size; i++) {
    if (values[i] === 0) continue;
    let rest = i;
    for (let axis = lists.length - 1; axis >= 0; axis--) {
      const extent = x.shape[axis];
      lists[axis][found] = rest % extent;
      rest = (rest - (rest % extent)) / extent;
    }
    found++;
  }
  return lists.map((list) => new Concrete(list, 'int32', [size]));
}

/** How many elements are not 0. */
export function countNonzero(x: Concrete): number {
  const values = x.storage;
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) count++;
  return count;
}

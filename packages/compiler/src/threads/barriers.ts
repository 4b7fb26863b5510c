/** @file Where all threads have to wait for each other. */
import type { BarrierKernel, Kernel } from '../plan/ir.ts';
import { collide, type Layout, readByAll, type Touch, touchesOf } from './touches.ts';

/** What was touched since the last barrier. */
type Pending = ReadonlySet<Touch>;
type Place = Kernel | readonly Kernel[];

const barrier: BarrierKernel = { kind: 'barrier' };
const union = (a: Pending, b: Pending): Pending => new Set([...a, ...b]);

/**
 * The kernels with a barrier before each that touches, on some thread, what another thread has touched since the last one:
 * reads of what was written, and writes over what was read or written. `kernels` must be distinct objects.
 */
export function placeBarriers(kernels: readonly Kernel[], layout: Layout): Kernel[] {
  const found = find(kernels, layout);
  const place = (list: readonly Kernel[]): Kernel[] => {
    const placed = list.flatMap((kernel) => (found.has(kernel) ? [barrier, inside(kernel)] : [inside(kernel)]));
    return found.has(list) ? [...placed, barrier] : placed;
  };
  const inside = (kernel: Kernel): Kernel => {
    if (kernel.kind === 'loop') return { ...kernel, body: place(kernel.body) };
    if (kernel.kind === 'while') return { ...kernel, test: place(kernel.test), body: place(kernel.body) };
    if (kernel.kind === 'branch') return { ...kernel, onTrue: place(kernel.onTrue), onFalse: place(kernel.onFalse) };
    return kernel;
  };
  return place(kernels);
}

/** The kernels that need a barrier before them, and the lists that need one at their end. */
function find(kernels: readonly Kernel[], layout: Layout): Set<Place> {
  const found = new Set<Place>();
  const memo = new Map<Place, readonly Touch[]>();
  const meet = (pending: Pending, place: Place, touches: () => readonly Touch[]): Pending => {
    const added = memo.get(place) ?? touches();
    memo.set(place, added);
    if (!found.has(place) && added.some((one) => [...pending].some((other) => collide(one, other)))) found.add(place);
    return found.has(place) ? new Set(added) : union(pending, new Set(added));
  };
  const walk = (list: readonly Kernel[], pending: Pending): Pending =>
    list.reduce((state, kernel) => visit(kernel, state), pending);
  // The way back is one more way in: until nothing is found any more.
  const repeat = (pending: Pending, round: (state: Pending) => Pending): void => {
    let entry = pending;
    for (let before = -1; before < found.size; ) {
      before = found.size;
      entry = union(pending, round(entry));
      round(entry);
    }
  };
  const visit = (kernel: Kernel, pending: Pending): Pending => {
    switch (kernel.kind) {
      case 'barrier':
        return new Set();
      case 'loop': {
        let after = pending;
        repeat(pending, (state) => (after = walk(kernel.body, state)));
        return kernel.length > 0 ? after : pending;
      }
      case 'while': {
        let after = pending;
        repeat(pending, (state) => {
          after = meet(walk(kernel.test, state), kernel.test, () => [readByAll(kernel.predicate, layout)]);
          return walk(kernel.body, after);
        });
        return after;
      }
      case 'branch': {
        const read = meet(pending, kernel, () => [readByAll(kernel.predicate, layout)]);
        return union(walk(kernel.onTrue, read), walk(kernel.onFalse, read));
      }
      default:
        return meet(pending, kernel, () => touchesOf(kernel, layout));
    }
  };
  walk(kernels, new Set());
  return found;
}

/** @file Where all threads have to wait for each other. */
import type { BarrierKernel, Kernel } from '../plan/ir.ts';
import { withBodies } from '../plan/visit.ts';
import { collide, isLeaf, type Layout, type Leaf, readByAll, type Touch, touchesOf } from './touches.ts';

/** What was touched since the last barrier. */
type Pending = ReadonlySet<Touch>;
type Place = Kernel | readonly Kernel[];

const barrier: BarrierKernel = { kind: 'barrier' };
const union = (a: Pending, b: Iterable<Touch>): Pending => new Set([...a, ...b]);

function meets(pending: Pending, touches: readonly Touch[]): boolean {
  for (const other of pending) for (const one of touches) if (collide(one, other)) return true;
  return false;
}

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
  const inside = (kernel: Kernel): Kernel => withBodies(kernel, place);
  return place(kernels);
}

/** Leaves one after another that the first thread does alone, or one kernel of any kind. */
interface Run {
  readonly first: Kernel;
  readonly rest: Kernel[];
}

/** Among leaves of the first thread nothing has to wait: in long lists they would be compared each with each. */
function runsIn(list: readonly Kernel[]): Run[] {
  const runs: Run[] = [];
  let open: Run | undefined;
  for (const kernel of list) {
    const isAlone = isLeaf(kernel) && kernel.split === undefined;
    if (isAlone && open !== undefined) open.rest.push(kernel);
    else {
      const run: Run = { first: kernel, rest: [] };
      runs.push(run);
      open = isAlone ? run : undefined;
    }
  }
  return runs;
}

/** The same bytes in fewer touches, all by the first thread. */
function together(touches: readonly Touch[]): Touch[] {
  const merged: { write: boolean; low: number; high: number; by: 'first' }[] = [];
  for (const write of [false, true]) {
    let last: (typeof merged)[number] | undefined;
    for (const { low, high } of touches.filter((one) => one.write === write).sort((a, b) => a.low - b.low)) {
      if (last !== undefined && low <= last.high) last.high = Math.max(last.high, high);
      else {
        last = { write, low, high, by: 'first' };
        merged.push(last);
      }
    }
  }
  return merged;
}

/** The kernels that need a barrier before them, and the lists that need one at their end. */
function find(kernels: readonly Kernel[], layout: Layout): Set<Place> {
  const found = new Set<Place>();
  const memo = new Map<Place, readonly Touch[]>();
  const known = new Map<readonly Kernel[], readonly Run[]>();
  const meet = (pending: Pending, place: Place, touches: () => readonly Touch[]): Pending => {
    const added = memo.get(place) ?? touches();
    memo.set(place, added);
    if (!found.has(place) && meets(pending, added)) found.add(place);
    if (found.has(place)) return new Set(added);
    return added.every((one) => pending.has(one)) ? pending : union(pending, added);
  };
  const walk = (list: readonly Kernel[], pending: Pending): Pending => {
    const runs = known.get(list) ?? runsIn(list);
    known.set(list, runs);
    return runs.reduce((state, { first, rest }) => {
      if (rest.length === 0) return visit(first, state);
      return meet(state, first, () => together([first, ...rest].flatMap((one) => touchesOf(one as Leaf, layout)))); // as runsIn says
    }, pending);
  };
  /** Barriers that a round needs for its own sake are inside; one for what was touched before the loop stands before it. */
  const repeat = (loop: Kernel, pending: Pending, round: (state: Pending) => Pending): void => {
    let back: Pending = new Set();
    for (let before = -1; before < found.size; ) {
      before = found.size;
      back = round(round(back));
    }
    if (!found.has(loop)) {
      const own = [...found];
      round(union(pending, back));
      if (found.size > own.length) {
        found.clear();
        for (const place of [...own, loop]) found.add(place);
      }
    }
    round(found.has(loop) ? back : union(pending, back));
  };
  const visit = (kernel: Kernel, pending: Pending): Pending => {
    switch (kernel.kind) {
      case 'barrier':
        return new Set();
      case 'loop': {
        let after = pending;
        repeat(kernel, pending, (state) => {
          after = walk(kernel.body, state);
          return after;
        });
        return kernel.length > 0 ? after : pending;
      }
      case 'while': {
        let after = pending;
        repeat(kernel, pending, (state) => {
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

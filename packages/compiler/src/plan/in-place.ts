import type { TensorType } from '@throughline/tensor';
import type { Access, Kernel } from './ir.ts';
import { touchedBy, touchedInside, withAccesses, withBodies } from './visit.ts';

/** A carry of one place: where a step leaves it, and where the next step finds it. */
export interface Handover {
  readonly after: Access;
  readonly before: Access;
  readonly type: TensorType;
}

/**
 * A step's kernels, after which its carry is where the next step finds it: stored there by whoever makes it, when nothing
 * reads the old value any more, else copied.
 */
export function handedOver(kernels: readonly Kernel[], { after, before, type }: Handover): readonly Kernel[] {
  const { shape, dtype } = type;
  if (canMove(kernels, after, before)) {
    const swap = (access: Access): Access =>
      access.buffer === after.buffer ? { ...access, buffer: before.buffer } : access;
    const rename = (kernel: Kernel): Kernel => withBodies(withAccesses(kernel, swap), (inner) => inner.map(rename));
    return kernels.map(rename);
  }
  const nodes = [{ kind: 'load', access: after, dtype } as const];
  return [...kernels, { kind: 'map', shape, nodes, stores: [{ node: 0, access: before }] }];
}

/** Whether the kernel that stores at one place could store at another, which holds something until then. */
function canMove(kernels: readonly Kernel[], from: Access, to: Access): boolean {
  const touches =
    (kind: 'reads' | 'writes', { buffer }: Access) =>
    (kernel: Kernel): boolean =>
      touchedInside(kernel)[kind].some((access) => access.buffer === buffer);
  const writers = kernels.filter(touches('writes', from));
  const [producer] = writers;
  if (producer === undefined || writers.length > 1) return false;
  const at = kernels.indexOf(producer);
  if (kernels.slice(at + 1).some(touches('reads', to)) || kernels.slice(0, at).some(touches('reads', from)))
    return false;
  return !touches('reads', to)(producer) || readsInStep(producer, from, to);
}

/** Whether a map reads the target only where it will store, at the same index. */
function readsInStep(kernel: Kernel, from: Access, to: Access): boolean {
  if (kernel.kind !== 'map') return false;
  const stored = kernel.stores.filter(({ access }) => access.buffer === from.buffer);
  return touchedBy(kernel).reads.every(
    (access) =>
      access.buffer !== to.buffer ||
      stored.every(({ access: store }) => `${store.strides} ${store.offset}` === `${access.strides} ${access.offset}`),
  );
}

import { sizeOf } from '@throughline/tensor';
import type { Access, BufferId, Kernel, MapKernel, Plan } from './ir.ts';
import { touchedBy, touchedInside, withAccesses, withBodies } from './visit.ts';

/**
 * Carries are stored where the step finds them, when nothing reads the old value any more: the second slot and the copy at
 * the end of the step go away.
 */
export function inPlace(kernels: readonly Kernel[], buffers: Plan['buffers']): readonly Kernel[] {
  return kernels.map((kernel) => {
    const inner = withBodies(kernel, (body) => inPlace(body, buffers));
    if (inner.kind !== 'loop' && inner.kind !== 'while') return inner;
    return { ...inner, body: withoutCopies(inner.body, buffers) };
  });
}

function withoutCopies(body: readonly Kernel[], buffers: Plan['buffers']): readonly Kernel[] {
  let kernels = body;
  for (const copy of body) {
    const ends = copyOf(copy, buffers);
    if (ends !== undefined) kernels = moved(kernels, copy, ends.from, ends.to) ?? kernels;
  }
  return kernels;
}

/** The ends of a copy of one whole buffer to the start of another: what else it held would be moved as well. */
function copyOf(kernel: Kernel, buffers: Plan['buffers']): { from: Access; to: Access } | undefined {
  if (kernel.kind !== 'map' || kernel.nodes.length !== 1 || kernel.stores.length !== 1) return undefined;
  const [node] = kernel.nodes;
  const to = kernel.stores[0]?.access;
  if (node?.kind !== 'load' || to === undefined) return undefined;
  if (sizeOf(kernel.shape) !== buffers[node.access.buffer]?.length) return undefined;
  const isAlike = `${node.access.strides}` === `${to.strides}` && node.access.offset === 0 && to.offset === 0;
  return isAlike && node.access.steps.length === 0 && to.steps.length === 0 ? { from: node.access, to } : undefined;
}

/** The list without a copy, its source's producer storing at the target; undefined where that would be wrong. */
function moved(kernels: readonly Kernel[], copy: Kernel, from: Access, to: Access): readonly Kernel[] | undefined {
  const reads = (kernel: Kernel, buffer: BufferId): boolean =>
    touchedInside(kernel).reads.some((access) => access.buffer === buffer);
  const writers = kernels.filter((kernel) => touchedInside(kernel).writes.some(({ buffer }) => buffer === from.buffer));
  const producer = writers[0];
  if (
    producer === undefined ||
    writers.length > 1 ||
    !touchedBy(producer).writes.some((w) => w.buffer === from.buffer)
  ) {
    return undefined;
  }
  const at = kernels.indexOf(producer);
  const later = kernels.slice(at + 1).filter((kernel) => kernel !== copy);
  const others = kernels.filter((kernel) => kernel !== copy);
  if (later.some((kernel) => reads(kernel, to.buffer))) return undefined;
  if (others.some((kernel) => touchedInside(kernel).writes.some(({ buffer }) => buffer === to.buffer)))
    return undefined;
  if (kernels.slice(0, at).some((kernel) => reads(kernel, from.buffer))) return undefined;
  if (reads(producer, to.buffer) && !readsInStep(producer, from, to)) return undefined;
  const swap = (access: Access): Access => (access.buffer === from.buffer ? { ...access, buffer: to.buffer } : access);
  const rename = (kernel: Kernel): Kernel => withBodies(withAccesses(kernel, swap), (inner) => inner.map(rename));
  const touches = (kernel: Kernel): boolean => {
    const { reads: read, writes } = touchedInside(kernel);
    return [...read, ...writes].some(({ buffer }) => buffer === from.buffer);
  };
  return others.map((kernel) => (touches(kernel) ? rename(kernel) : kernel));
}

/** Whether a map reads the target only where it will store, at the same index. */
function readsInStep(kernel: Kernel, from: Access, to: Access): kernel is MapKernel {
  if (kernel.kind !== 'map') return false;
  const stored = kernel.stores.filter(({ access }) => access.buffer === from.buffer);
  return touchedBy(kernel).reads.every(
    (access) =>
      access.buffer !== to.buffer ||
      stored.every(({ access: store }) => `${store.strides} ${store.offset}` === `${access.strides} ${access.offset}`),
  );
}

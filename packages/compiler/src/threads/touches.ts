/** @file Which bytes the threads touch when they run a kernel, and when that may collide with what they touch in another. */
import type { Shape } from '@throughline/tensor';
import { bytesOf } from '../emit/emitter.ts';
import type { Access, Kernel, Label, LoopId, Plan, Split } from '../plan/ir.ts';
import { bodiesIn, everyKernel } from '../plan/visit.ts';

/** What no other kernel contains. */
export type Leaf = Exclude<Kernel, { readonly kind: 'loop' | 'while' | 'branch' | 'barrier' }>;

/** Grain j of the split covers bytes from `base + unit·j`, `span` of them, again at every multiple of `period` (0: never). */
interface Rows {
  readonly grains: number;
  readonly unit: number;
  readonly base: number;
  readonly span: number;
  readonly period: number;
}

export const isLeaf = (kernel: Kernel): kernel is Leaf => kernel.kind !== 'barrier' && bodiesIn(kernel).length === 0;

/** What one access of a kernel touches: bytes from `low` to before `high`, by thread 0, by all threads, or row by row. */
export interface Touch {
  readonly write: boolean;
  readonly low: number;
  readonly high: number;
  readonly by: 'first' | 'all' | Rows;
}

/** Where the buffers are, and how long the loops: what turns an access into bytes. */
export interface Layout {
  readonly plan: Plan;
  /** In bytes, one per buffer. */
  readonly addresses: readonly number[];
  readonly lengths: ReadonlyMap<LoopId, number>;
  /** Of which kernel another one is a copy, but for its split: what has been found out of the one holds for the other. */
  readonly copies: WeakMap<Leaf, Leaf>;
  readonly known: WeakMap<Leaf, Map<string, readonly Touch[]>>;
}

export const layoutOf = (plan: Plan, addresses: readonly number[]): Layout => {
  const lengths = new Map<LoopId, number>();
  for (const kernel of everyKernel(plan.kernels)) {
    if (kernel.kind === 'loop') lengths.set(kernel.id, kernel.length);
    if (kernel.kind === 'while') lengths.set(kernel.id, kernel.maxSteps ?? Infinity);
  }
  return { plan, addresses, lengths, copies: new WeakMap(), known: new WeakMap() };
};

/** Places of one axis, loop or index along which an access moves; strides in elements. */
interface Dim {
  readonly extent: number;
  readonly stride: number;
}

interface Use {
  readonly access: Access;
  readonly dims: readonly Dim[];
  readonly write: boolean;
  /** Set when the axes do not say what is touched: the whole buffer may be. */
  readonly whole?: true;
}

const dims = (shape: Shape, { strides }: Access): Dim[] =>
  shape.map((extent, axis) => ({ extent, stride: strides[axis] ?? 0 }));
const labels = (list: readonly Label[], of: 'a' | 'b' | 'out'): Dim[] =>
  list.map((label) => ({ extent: label.extent, stride: label[of] }));

/** The axes a kernel can be split along; each access moves along them by its first strides. */
export function axesOf(kernel: Leaf): Shape {
  switch (kernel.kind) {
    case 'map':
    case 'gather':
    case 'scatter':
    case 'recurrence':
      return kernel.shape;
    case 'reduce':
      return kernel.kept;
    case 'contract':
      return kernel.kept.map(({ extent }) => extent);
    case 'pack':
      return kernel.contract.kept.map(({ extent }) => extent);
    case 'host':
      return [];
  }
}

function usesOf(kernel: Leaf, split: Split | undefined): Use[] {
  const use = (access: Access, along: readonly Dim[], write = false): Use => ({ access, dims: along, write });
  switch (kernel.kind) {
    case 'map':
    case 'reduce': {
      const shape = kernel.kind === 'map' ? kernel.shape : [...kernel.kept, ...kernel.reduced];
      const loads = kernel.nodes.flatMap((node) =>
        node.kind === 'load' ? [use(node.access, dims(shape, node.access))] : [],
      );
      if (kernel.kind === 'reduce') return [...loads, use(kernel.out, dims(kernel.kept, kernel.out), true)];
      return [...loads, ...kernel.stores.map(({ access }) => use(access, dims(shape, access), true))];
    }
    case 'contract': {
      const { kept, summed, a, b, packed, out } = kernel;
      const right: Use = packed
        ? { access: packed, dims: [], write: false, whole: true }
        : use(b, [...labels(kept, 'b'), ...labels(summed, 'b')]);
      return [use(a, [...labels(kept, 'a'), ...labels(summed, 'a')]), right, use(out, labels(kept, 'out'), true)];
    }
    // Threads divide its panels, which are not its axes.
    case 'pack':
      return [
        { access: kernel.contract.b, dims: [], write: false, whole: true },
        { access: kernel.into, dims: [], write: true, whole: true },
      ];
    case 'gather': {
      const { shape, x, indices, out, stride, extent } = kernel;
      return [
        use(x, [...dims(shape, x), { extent, stride }]),
        use(indices, dims(shape, indices)),
        use(out, dims(shape, out), true),
      ];
    }
    case 'scatter': {
      const { shape, updates, indices, out, target, stride, extent } = kernel;
      // Undivided, all of the target is cleared, whatever the updates reach.
      const reached = split ? [...dims(shape, out), { extent, stride }] : [{ extent: target, stride: 1 }];
      return [use(updates, dims(shape, updates)), use(indices, dims(shape, indices)), use(out, reached, true)];
    }
    case 'recurrence': {
      const { shape, a, b, from, out } = kernel;
      const initial = from ? [use(from, dims(shape, from))] : [];
      return [use(a, dims(shape, a)), use(b, dims(shape, b)), ...initial, use(out, dims(shape, out), true)];
    }
    case 'host':
      return [
        ...kernel.inputs.map(({ access, type }) => use(access, dims(type.shape, access))),
        ...kernel.outputs.map(({ access, type }) => use(access, dims(type.shape, access), true)),
      ];
  }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
/** How far along a dimension the last place is from the first; no places are none. */
const reach = ({ extent, stride }: Dim): number => (stride === 0 || extent < 2 ? 0 : (extent - 1) * stride);

function touch(use: Use, split: Split | undefined, layout: Layout): Touch {
  const { access, write } = use;
  const buffer = layout.plan.buffers[access.buffer];
  const size = bytesOf(buffer?.dtype ?? 'float64');
  const start = layout.addresses[access.buffer] ?? 0;
  const end = start + (buffer?.length ?? 0) * size;
  if (use.whole) return { write, low: start, high: end, by: split ? 'all' : 'first' };
  const steps = access.steps.map(({ loop, stride }) => ({ extent: layout.lengths.get(loop) ?? Infinity, stride }));
  const moved = [...use.dims, ...steps].map(({ extent, stride }) => ({ extent, stride: stride * size }));
  const first = start + access.offset * size;
  const low = moved.reduce((sum, dim) => sum + Math.min(0, reach(dim)), first);
  const high = moved.reduce((sum, dim) => sum + Math.max(0, reach(dim)), first + size);
  const range = { write, low: Math.max(low, start), high: Math.min(high, end) };
  const along = split && moved[split.axis];
  if (split === undefined) return { ...range, by: 'first' };
  if (along === undefined || along.stride === 0) return { ...range, by: 'all' };
  const others = moved.filter((_, axis) => axis !== split.axis);
  return { ...range, by: rows(first, size, along, split.grain, others) };
}

/** Strides that stay within a grain's unit widen its window; all others have to be whole periods. */
function rows(first: number, size: number, along: Dim, grain: number, others: readonly Dim[]): Rows {
  const unit = along.stride * grain;
  let [base, last, period] = [first, first, 0];
  for (const dim of [{ extent: grain, stride: along.stride }, ...others]) {
    const far = reach(dim);
    if (Math.abs(far) >= Math.abs(unit)) period = gcd(period, Math.abs(dim.stride));
    else if (far < 0) base += far;
    else last += far;
  }
  return { grains: Math.ceil(along.extent / grain), unit, base, span: last + size - base, period };
}

/** What all threads together touch in a leaf, one entry per access. */
export function touchesOf(kernel: Leaf, layout: Layout, split = kernel.split): readonly Touch[] {
  const original = layout.copies.get(kernel) ?? kernel;
  const known = layout.known.get(original) ?? new Map<string, readonly Touch[]>();
  layout.known.set(original, known);
  const key = split ? `${split.axis}/${split.grain}` : '';
  const found = known.get(key) ?? distinct(usesOf(kernel, split).map((use) => touch(use, split, layout)));
  known.set(key, found);
  return found;
}

/** Fused expressions read the same places again and again. */
const distinct = (touches: readonly Touch[]): Touch[] => [
  ...new Map(touches.map((one) => [JSON.stringify(one), one])).values(),
];

/** A read by every thread of all that an access can reach. */
export const readByAll = (access: Access, layout: Layout): Touch => ({
  ...touch({ access, dims: [], write: false }, undefined, layout),
  by: 'all',
});

/** Whether some thread may touch what another one touches, at least one of them writing, for some number of threads. */
export function collide(a: Touch, b: Touch): boolean {
  if (!(a.write || b.write) || a.high <= b.low || b.high <= a.low) return false;
  if (a.by === 'all' || b.by === 'all') return true;
  if (a.by === 'first' || b.by === 'first') return a.by !== b.by;
  return !sameRows(a.by, b.by);
}

/** Whether grain j of the one never meets a grain of the other but j. */
function sameRows(a: Rows, b: Rows): boolean {
  if (a.grains !== b.grains || a.unit !== b.unit) return false;
  const unit = Math.abs(a.unit);
  const period = gcd(a.period, b.period);
  if (period > 0 && period < unit * a.grains) return false;
  let apart = a.base - b.base;
  if (period > 0) {
    apart -= period * Math.floor(apart / period);
    if (2 * apart > period) apart -= period;
  }
  return Math.max(b.span, apart + a.span) - Math.min(0, apart) <= unit;
}

/** Whether the threads keep out of each other's way within the kernel itself. */
export function isSplittable(kernel: Leaf, split: Split, layout: Layout): boolean {
  if (kernel.kind === 'host') return false;
  if (kernel.kind === 'scatter' && kernel.indices.strides[split.axis] !== 0) return false;
  if (kernel.kind === 'recurrence' && split.axis === 0) return false;
  if (kernel.kind === 'pack') return true;
  const all = touchesOf(kernel, layout, split);
  return all.every((one) => !one.write || all.every((other) => !collide(one, other)));
}

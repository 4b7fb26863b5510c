/** @file Which axis of each kernel the threads divide among them. Nothing here knows how many they are. */
import { bytesOf } from '../emit/emitter.ts';
import type { BufferId, Kernel, Plan, Split } from '../plan/ir.ts';
import { bodiesIn, everyKernel, withBodies } from '../plan/visit.ts';
import { placeBarriers } from './barriers.ts';
import { axesOf, isLeaf, isSplittable, type Layout, type Leaf, layoutOf } from './touches.ts';
import { barrierWork, leafWork, leastWork, pairWork } from './work.ts';

/** How a list of kernels is to be divided: `rows` wherever an axis has them, each kernel as suits it best, or not at all. */
type Choice = { readonly rows: number; readonly grain: number } | 'own' | 'none';

/**
 * The plan with a `split` in every kernel that threads divide among them, and barriers. Every element is computed wholly by
 * one thread, so the bits are the same for any number of threads. `addresses` are the first bytes of the buffers.
 *
 * In a loop, one axis that all its kernels have (the batch) is preferred for all of them: each thread then keeps to rows of
 * its own, and no barrier is needed.
 */
export function splitThreads(plan: Plan, addresses: readonly number[]): Plan {
  const layout = layoutOf(plan, addresses);
  const kernels = matchPacks(plan.kernels.map((kernel) => best(kernel, layout)));
  return { ...plan, kernels: placeBarriers(kernels, layout) };
}

/** Products that read one packed operand divide it alike, and so does the pack: where it puts what depends on that. */
function matchPacks(kernels: readonly Kernel[]): readonly Kernel[] {
  const splits = new Map<BufferId, Split | undefined>();
  for (const kernel of everyKernel(kernels)) {
    const buffer = kernel.kind === 'contract' ? kernel.packed?.buffer : undefined;
    if (buffer !== undefined && !splits.has(buffer)) splits.set(buffer, kernel.split);
  }
  const matched = <K extends Kernel>({ split: _, ...kernel }: K, buffer: BufferId): K => {
    const split = splits.get(buffer);
    return { ...kernel, ...(split && { split }) } as K; // nothing else was taken away
  };
  const visit = (kernel: Kernel): Kernel => {
    if (kernel.kind === 'contract' && kernel.packed) return matched(kernel, kernel.packed.buffer);
    if (kernel.kind === 'pack') return { ...kernel, contract: matched(kernel.contract, kernel.into.buffer) };
    return withBodies(kernel, (body) => body.map(visit));
  };
  return kernels.map(visit);
}

/** A kernel as it runs quickest on two threads, of the ways tried; the first of equals. */
function best(kernel: Kernel, layout: Layout): Kernel {
  if (bodiesIn(kernel).length === 0) return assign(kernel, 'own', layout);
  const choices: Choice[] = [...commonExtents(kernel).flatMap(grained), 'own'];
  let found = assign(kernel, 'none', layout);
  let least = pairWork([found]) - 2 * barrierWork;
  for (const choice of choices) {
    const candidate = assign(kernel, choice, layout);
    const work = pairWork(placeBarriers([candidate], layout));
    if (work < least) [found, least] = [candidate, work];
  }
  return found;
}

/** A few rows at a time, or as many columns as make whole vectors. */
const grained = (rows: number): { rows: number; grain: number }[] => [
  { rows, grain: rows >= 8 ? 2 : 1 },
  ...(rows > 16 ? [{ rows, grain: 16 }] : []),
];

/** The extents that most kernels inside have among their axes. */
function commonExtents(kernel: Kernel): number[] {
  const counts = new Map<number, number>();
  for (const leaf of [...everyKernel([kernel])].filter(isLeaf)) {
    for (const extent of new Set(axesOf(leaf))) counts.set(extent, (counts.get(extent) ?? 0) + 1);
  }
  const often = [...counts].filter(([extent]) => extent > 1).sort(([, a], [, b]) => b - a);
  return often.slice(0, 3).map(([extent]) => extent);
}

/** A fresh kernel, divided as chosen, with all inside it. */
function assign(kernel: Kernel, choice: Choice, layout: Layout): Kernel {
  if (!isLeaf(kernel)) return { ...withBodies(kernel, (body) => body.map((one) => assign(one, choice, layout))) };
  const split = choice === 'none' ? undefined : splitOf(kernel, choice, layout);
  const copy = split ? { ...kernel, split } : { ...kernel };
  layout.copies.set(copy, kernel);
  return copy;
}

function splitOf(kernel: Leaf, choice: Exclude<Choice, 'none'>, layout: Layout): Split | undefined {
  if (choice !== 'own') {
    // An axis of rows, or one into which rows have been flattened.
    const { rows, grain } = choice;
    const vector = 64 / widthOf(kernel);
    const axes = axesOf(kernel);
    const exact = axes.map((extent, axis) => ({ axis, many: extent / rows })).filter(({ many }) => many === 1);
    const flat = axes.length === 1 && (axes[0] ?? 0) % rows === 0 ? [{ axis: 0, many: (axes[0] ?? 0) / rows }] : [];
    const found = [...exact, ...flat]
      .map(({ axis, many }) => ({ axis, grain: many * grain }))
      .filter((split) => split.axis < axes.length - 1 || axes.length === 1 || split.grain % vector === 0)
      .find((split) => isSplittable(kernel, split, layout));
    if (found !== undefined) return found;
  }
  if (leafWork(kernel) < leastWork) return undefined;
  return ownSplits(kernel).find((split) => isSplittable(kernel, split, layout));
}

/** Products along their longer axis, all others along the first that is long enough; whole vectors along the last axis. */
function ownSplits(kernel: Leaf): Split[] {
  const axes = axesOf(kernel);
  const product = kernel.kind === 'contract' || kernel.kind === 'pack';
  const vector = 64 / widthOf(kernel);
  const splits = axes.map((_, axis) => ({ axis, grain: axis === axes.length - 1 ? vector : product ? 2 : 1 }));
  const grains = ({ axis, grain }: Split): number => Math.ceil((axes[axis] ?? 1) / grain);
  const long = splits.filter((split) => grains(split) > 1);
  const extent = ({ axis }: Split): number => axes[axis] ?? 1;
  const enough = product ? undefined : long.find((split) => grains(split) >= 8);
  return [...(enough ? [enough] : []), ...long.sort((a, b) => extent(b) - extent(a))];
}

function widthOf(kernel: Leaf): number {
  if (kernel.kind === 'map' || kernel.kind === 'reduce')
    return Math.max(4, ...kernel.nodes.map((n) => bytesOf(n.dtype)));
  if (kernel.kind === 'host') return 4;
  return bytesOf(kernel.kind === 'pack' ? kernel.contract.dtype : kernel.dtype);
}

/** @file Which axis of each kernel the threads divide among them. Nothing here knows how many they are. */
import { bytesOf } from '../emit/emitter.ts';
import type { Kernel, LoopId, Plan, Split } from '../plan/ir.ts';
import { placeBarriers } from './barriers.ts';
import { axesOf, isSplittable, type Layout, type Leaf } from './touches.ts';
import { barrierWork, leafWork, leastWork, pairWork } from './work.ts';

/** How a list of kernels is to be divided: `rows` wherever an axis has them, each kernel as suits it best, or not at all. */
type Choice = { readonly rows: number } | 'own' | 'none';

/**
 * The plan with a `split` in every kernel that threads divide among them, and barriers. Every element is computed wholly by
 * one thread, so the bits are the same for any number of threads. `addresses` are the first bytes of the buffers.
 *
 * In a loop, one axis that all its kernels have (the batch) is preferred for all of them: each thread then keeps to rows of
 * its own, and no barrier is needed.
 *
 * @example splitThreads(plan, addresses).kernels   // with `split`, and { kind: 'barrier' } in between
 */
export function splitThreads(plan: Plan, addresses: readonly number[]): Plan {
  const layout: Layout = { plan, addresses, lengths: new Map(lengthsOf(plan.kernels)) };
  const kernels = plan.kernels.map((kernel) => best(kernel, layout));
  return { ...plan, kernels: placeBarriers(kernels, layout) };
}

function lengthsOf(kernels: readonly Kernel[]): [LoopId, number][] {
  return kernels.flatMap((kernel): [LoopId, number][] => {
    const inner = bodiesOf(kernel).flatMap(lengthsOf);
    if (kernel.kind === 'loop') inner.push([kernel.id, kernel.length]);
    if (kernel.kind === 'while') inner.push([kernel.id, kernel.maxSteps ?? Infinity]);
    return inner;
  });
}

function bodiesOf(kernel: Kernel): (readonly Kernel[])[] {
  if (kernel.kind === 'loop') return [kernel.body];
  if (kernel.kind === 'while') return [kernel.test, kernel.body];
  return kernel.kind === 'branch' ? [kernel.onTrue, kernel.onFalse] : [];
}

/** A kernel as it runs quickest on two threads, of the ways tried; the first of equals. */
function best(kernel: Kernel, layout: Layout): Kernel {
  if (bodiesOf(kernel).length === 0) return assign(kernel, 'own', layout);
  const extents = new Set(
    [kernel].flatMap(function rows(one: Kernel): readonly number[] {
      if (one.kind === 'barrier') return [];
      if (one.kind === 'loop' || one.kind === 'while' || one.kind === 'branch')
        return bodiesOf(one).flat().flatMap(rows);
      return axesOf(one).slice(0, 3);
    }),
  );
  const choices: Choice[] = [...[...extents].filter((rows) => rows > 1).map((rows) => ({ rows })), 'own'];
  let found = assign(kernel, 'none', layout);
  let least = pairWork([found]) - 2 * barrierWork;
  for (const choice of choices) {
    const candidate = assign(kernel, choice, layout);
    const work = pairWork(placeBarriers([candidate], layout));
    if (work < least) [found, least] = [candidate, work];
  }
  return found;
}

/** A fresh kernel, divided as chosen, with all inside it. */
function assign(kernel: Kernel, choice: Choice, layout: Layout): Kernel {
  const all = (list: readonly Kernel[]): Kernel[] => list.map((one) => assign(one, choice, layout));
  switch (kernel.kind) {
    case 'barrier':
      return { ...kernel };
    case 'loop':
      return { ...kernel, body: all(kernel.body) };
    case 'while':
      return { ...kernel, test: all(kernel.test), body: all(kernel.body) };
    case 'branch':
      return { ...kernel, onTrue: all(kernel.onTrue), onFalse: all(kernel.onFalse) };
    default: {
      const split = choice === 'none' ? undefined : splitOf(kernel, choice, layout);
      return split ? { ...kernel, split } : { ...kernel };
    }
  }
}

function splitOf(kernel: Leaf, choice: Exclude<Choice, 'none'>, layout: Layout): Split | undefined {
  if (choice !== 'own') {
    // An axis of rows, or one into which rows have been flattened.
    const { rows } = choice;
    const axes = axesOf(kernel);
    const exact = axes.map((extent, axis) => ({ axis, many: extent / rows })).filter(({ many }) => many === 1);
    const flat = axes.length === 1 && (axes[0] ?? 0) % rows === 0 ? [{ axis: 0, many: (axes[0] ?? 0) / rows }] : [];
    const found = [...exact, ...flat]
      .map(({ axis, many }) => ({ axis, grain: many * (rows >= 8 ? 2 : 1) }))
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

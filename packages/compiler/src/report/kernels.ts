/** @file What kernels are, in words and numbers, for reports and profiles. */
import { bytesOf } from '../emit/emitter.ts';
import { orient, scheduleOf } from '../emit/products/schedule.ts';
import type { ContractKernel, Kernel, Node } from '../plan/ir.ts';
import { bodiesIn } from '../plan/visit.ts';
import { axesOf, type Leaf } from '../threads/touches.ts';
import { operationName } from '../transcendental.ts';

export const product = (extents: readonly number[]): number => extents.reduce((all, extent) => all * extent, 1);

/** A kernel, how often one call runs it, and how deep in loops it stands. */
export interface Standing {
  readonly kernel: Kernel;
  readonly runs: number;
  readonly depth: number;
}

/** All kernels in order, loops before what is in them. The body of a `while` counts once, since nobody knows better. */
export function* standing(kernels: readonly Kernel[], runs = 1, depth = 0): Generator<Standing> {
  for (const kernel of kernels) {
    yield { kernel, runs, depth };
    const inner = kernel.kind === 'loop' ? runs * kernel.length : runs;
    for (const body of bodiesIn(kernel)) yield* standing(body, inner, depth + 1);
  }
}

/** Whether a kernel does something itself. */
export const isLeaf = (kernel: Kernel): kernel is Leaf => kernel.kind !== 'barrier' && bodiesIn(kernel).length === 0;

/** A product as batch × (m × k · k × n). */
export interface Extents {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export function extentsOf({ kept, summed }: ContractKernel): Extents {
  const [batch, m, n] = [2, 1, 0].map((sides) =>
    product(kept.filter(({ a, b }) => sideOf(a, b) === sides).map(({ extent }) => extent)),
  ) as [number, number, number]; // one per side
  return { batch, m, n, k: product(summed.map(({ extent }) => extent)) };
}

/** 1: of a alone, 0: of b alone, 2: of both. A label of one index belongs nowhere, and counts with a. */
const sideOf = (a: number, b: number): 0 | 1 | 2 => (b === 0 ? 1 : a === 0 ? 0 : 2);

/** Which side of a product the threads divide, and whether its b is copied to where it is read in order. */
export function waysOf(kernel: ContractKernel): {
  readonly packed: 'before the loop' | 'each run' | 'no';
  readonly split: 'batch' | 'rows' | 'columns' | null;
} {
  const along = kernel.kept[kernel.split?.axis ?? -1];
  const each = scheduleOf(orient(kernel)).packsB ? 'each run' : 'no';
  return {
    packed: kernel.packed === undefined ? each : 'before the loop',
    split: along === undefined ? null : ((['columns', 'rows', 'batch'] as const)[sideOf(along.a, along.b)] ?? null),
  };
}

/** Multiply-adds and elements of one run of a kernel. */
export function workOf(kernel: Leaf): { readonly multiplyAdds: number; readonly elements: number } {
  const elements = product(kernel.kind === 'pack' ? [] : axesOf(kernel));
  switch (kernel.kind) {
    case 'contract':
      return { multiplyAdds: elements * extentsOf(kernel).k, elements: 0 };
    case 'reduce':
      return { multiplyAdds: 0, elements: elements * product(kernel.reduced) };
    case 'pack':
      return { multiplyAdds: 0, elements: panelLength(kernel.contract) };
    case 'host':
      return { multiplyAdds: 0, elements: 0 };
    default:
      return { multiplyAdds: 0, elements };
  }
}

const panelLength = ({ kept, summed }: ContractKernel): number =>
  product([...kept, ...summed].filter(({ b }) => b !== 0).map(({ extent }) => extent));

/** What a kernel does: `64×128 · sigmoid×3 tanh mul×2`. */
export function describe(kernel: Kernel): string {
  switch (kernel.kind) {
    case 'map':
      return `${axes(kernel.shape)} · ${ops(kernel.nodes)}`;
    case 'reduce':
      return `${kernel.combine} ${axes([...kernel.kept, ...kernel.reduced])} → ${axes(kernel.kept)} · ${ops(kernel.nodes)}`;
    case 'contract': {
      const { batch, m, n, k } = extentsOf(kernel);
      return `${batch > 1 ? `${batch} of ` : ''}${m}×${n}×${k}`;
    }
    case 'pack':
      return `${panelLength(kernel.contract)} elements, ${panelLength(kernel.contract) * bytesOf(kernel.contract.dtype)} bytes`;
    case 'host':
      return kernel.primitive.name;
    case 'gather':
    case 'scatter':
    case 'recurrence':
      return axes(kernel.shape);
    default:
      return '';
  }
}

export const axes = (shape: readonly number[]): string => shape.join('×') || 'scalar';

function ops(nodes: readonly Node[]): string {
  const names = nodes.flatMap((node) => (node.kind === 'op' ? [operationName(node.op)] : []));
  return [...counted(names)].map(([name, count]) => times(name, count)).join(' ') || 'copy';
}

/** How often each text occurs, in the order of first appearance. */
export function counted(texts: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

const times = (name: string, count: number): string => (count > 1 ? `${name}×${count}` : name);

/** @file What kernels read and write, for whoever moves or places them. */
import type { Access, Kernel } from './ir.ts';

/** The accesses of one kernel itself, without those of kernels inside it. */
export interface Touched {
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
}

type Fields = readonly [reads: readonly string[], writes: readonly string[]];
const none: Fields = [[], []];

/** The fields of a kernel that say what it reads, and what it writes. */
const fields: Readonly<Record<Kernel['kind'], Fields>> = {
  map: [['nodes'], ['stores']],
  reduce: [['nodes'], ['out']],
  contract: [['a', 'b', 'packed'], ['out']],
  pack: none,
  gather: [['x', 'indices'], ['out']],
  scatter: [['updates', 'indices'], ['out']],
  recurrence: [['a', 'b', 'from'], ['out']],
  host: [['inputs'], ['outputs']],
  while: [['predicate'], []],
  branch: [['predicate'], []],
  loop: none,
  barrier: none,
};

/** An access, or several in what has one, or what has none. */
type Holder = Access | readonly { readonly access?: Access }[] | undefined;
const heldBy = (kernel: Kernel, names: readonly string[]): Holder[] =>
  names.map((name) => (kernel as unknown as Readonly<Record<string, Holder>>)[name]); // as `fields` says

const accessesOf = (holders: readonly Holder[]): Access[] =>
  holders.flatMap((holder = []) => ('buffer' in holder ? holder : holder.flatMap(({ access = [] }) => access)));

export function touchedBy(kernel: Kernel): Touched {
  if (kernel.kind === 'pack') return { reads: [kernel.contract.b], writes: [kernel.into] };
  const [reads, writes] = fields[kernel.kind];
  const isPacked = kernel.kind === 'contract' && kernel.packed !== undefined; // then b is not read
  const read = isPacked ? reads.filter((name) => name !== 'b') : reads;
  return { reads: accessesOf(heldBy(kernel, read)), writes: accessesOf(heldBy(kernel, writes)) };
}

/** The lists of kernels inside a kernel. */
export function bodiesIn(kernel: Kernel): readonly (readonly Kernel[])[] {
  if (kernel.kind === 'loop') return [kernel.body];
  if (kernel.kind === 'while') return [kernel.test, kernel.body];
  return kernel.kind === 'branch' ? [kernel.onTrue, kernel.onFalse] : [];
}

/** The same kernel with other kernels inside. */
export function withBodies(kernel: Kernel, f: (body: readonly Kernel[]) => readonly Kernel[]): Kernel {
  if (kernel.kind === 'loop') return { ...kernel, body: f(kernel.body) };
  if (kernel.kind === 'while') return { ...kernel, test: f(kernel.test), body: f(kernel.body) };
  return kernel.kind === 'branch' ? { ...kernel, onTrue: f(kernel.onTrue), onFalse: f(kernel.onFalse) } : kernel;
}

/** All kernels of a list and inside them, in order. */
export function* everyKernel(kernels: readonly Kernel[]): Generator<Kernel> {
  for (const kernel of kernels) {
    yield kernel;
    for (const body of bodiesIn(kernel)) yield* everyKernel(body);
  }
}

/** What a kernel and all inside it touch. */
export function touchedInside(kernel: Kernel): Touched {
  const all = [...everyKernel([kernel])].map(touchedBy);
  return { reads: all.flatMap(({ reads }) => reads), writes: all.flatMap(({ writes }) => writes) };
}

/** A kernel with other accesses, of itself alone. */
export function withAccesses(kernel: Kernel, f: (access: Access) => Access): Kernel {
  const names = fields[kernel.kind].flat();
  const changed = heldBy(kernel, names).map((holder) => {
    if (holder === undefined || 'buffer' in holder) return holder && f(holder);
    return holder.map((one) => (one.access === undefined ? one : { ...one, access: f(one.access) }));
  });
  const entries = names.map((name, i) => [name, changed[i]]).filter(([, holder]) => holder !== undefined);
  return { ...kernel, ...Object.fromEntries(entries) };
}

/** @file What kernels read and write, for whoever moves or places them. */
import type { Access, Kernel, Node } from './ir.ts';

/** The accesses of one kernel itself, without those of kernels inside it. */
export interface Touched {
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
}

const loads = (nodes: readonly Node[]): Access[] =>
  nodes.flatMap((node) => (node.kind === 'load' ? [node.access] : []));

export function touchedBy(kernel: Kernel): Touched {
  switch (kernel.kind) {
    case 'map':
      return { reads: loads(kernel.nodes), writes: kernel.stores.map(({ access }) => access) };
    case 'reduce':
      return { reads: loads(kernel.nodes), writes: [kernel.out] };
    case 'contract':
      return { reads: [kernel.a, kernel.packed ?? kernel.b], writes: [kernel.out] };
    case 'pack':
      return { reads: [kernel.contract.b], writes: [kernel.into] };
    case 'gather':
      return { reads: [kernel.x, kernel.indices], writes: [kernel.out] };
    case 'scatter':
      return { reads: [kernel.updates, kernel.indices], writes: [kernel.out] };
    case 'recurrence':
      return { reads: [kernel.a, kernel.b, ...(kernel.from ? [kernel.from] : [])], writes: [kernel.out] };
    case 'host':
      return { reads: kernel.inputs.map(({ access }) => access), writes: kernel.outputs.map(({ access }) => access) };
    case 'while':
    case 'branch':
      return { reads: [kernel.predicate], writes: [] };
    case 'loop':
    case 'barrier':
      return { reads: [], writes: [] };
  }
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
  const nodes = (list: readonly Node[]): Node[] =>
    list.map((node) => (node.kind === 'load' ? { ...node, access: f(node.access) } : node));
  const typed = <T extends { readonly access: Access }>(list: readonly T[]): T[] =>
    list.map((one) => ({ ...one, access: f(one.access) }));
  switch (kernel.kind) {
    case 'map':
      return { ...kernel, nodes: nodes(kernel.nodes), stores: typed(kernel.stores) };
    case 'reduce':
      return { ...kernel, nodes: nodes(kernel.nodes), out: f(kernel.out) };
    case 'contract':
      return {
        ...kernel,
        a: f(kernel.a),
        b: f(kernel.b),
        out: f(kernel.out),
        ...(kernel.packed && { packed: f(kernel.packed) }),
      };
    case 'gather':
      return { ...kernel, x: f(kernel.x), indices: f(kernel.indices), out: f(kernel.out) };
    case 'scatter':
      return { ...kernel, updates: f(kernel.updates), indices: f(kernel.indices), out: f(kernel.out) };
    case 'recurrence':
      return {
        ...kernel,
        a: f(kernel.a),
        b: f(kernel.b),
        out: f(kernel.out),
        ...(kernel.from && { from: f(kernel.from) }),
      };
    case 'host':
      return { ...kernel, inputs: typed(kernel.inputs), outputs: typed(kernel.outputs) };
    case 'while':
    case 'branch':
      return { ...kernel, predicate: f(kernel.predicate) };
    case 'pack':
    case 'loop':
    case 'barrier':
      return kernel;
  }
}

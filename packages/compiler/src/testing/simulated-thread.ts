/** @file One thread that is not there: does its part of kernels on words, and says which of them it touches. */
import { bytesOf } from '../emit/emitter.ts';
import type {
  Access,
  ContractKernel,
  GatherKernel,
  HostKernel,
  Label,
  LoopId,
  MapKernel,
  Node,
  PackKernel,
  Plan,
  RecurrenceKernel,
  ReduceKernel,
  ScatterKernel,
  Split,
} from '../plan/ir.ts';
import type { Leaf } from '../threads/touches.ts';

type Index = readonly number[];
type Visit = (index: Index) => void;
export type Places = ReadonlyMap<LoopId, number>;

/** Words come out of words by mixing, so that no kernel's arithmetic is needed: what was read, and in which order, shows. */
export const mix = (a: number, b: number): number => {
  const h = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
};

/** What all threads see: words, and who has touched them since the last barrier. */
export class SimulatedMemory {
  readonly plan: Plan;
  readonly addresses: readonly number[];
  readonly words: Int32Array;
  /** The first two accesses of different threads that no barrier keeps apart, at least one of them writing. */
  race: string | undefined;
  readonly #stamps: Int32Array;
  readonly #readers: Int32Array;
  readonly #writers: Int32Array;
  #phase = 1;

  constructor(plan: Plan, addresses: readonly number[]) {
    this.plan = plan;
    this.addresses = addresses;
    const ends = plan.buffers.map(({ dtype, length }, id) => (addresses[id] ?? 0) + bytesOf(dtype) * length);
    const length = Math.max(0, ...ends) / 4;
    this.words = Int32Array.from({ length }, (_, word) => mix(word, 7));
    this.#stamps = new Int32Array(length);
    this.#readers = new Int32Array(length);
    this.#writers = new Int32Array(length);
  }

  barrier(): void {
    this.#phase++;
  }

  touch(word: number, thread: number, write: boolean): void {
    if (this.#stamps[word] !== this.#phase) {
      this.#stamps[word] = this.#phase;
      this.#readers[word] = 0;
      this.#writers[word] = 0;
    }
    const own = 1 << thread;
    const others = (this.#writers[word] ?? 0) | (write ? (this.#readers[word] ?? 0) : 0);
    if ((others & ~own) !== 0) this.race ??= `word ${word}, ${write ? 'written' : 'read'} by thread ${thread}`;
    const map = write ? this.#writers : this.#readers;
    map[word] = (map[word] ?? 0) | own;
  }
}

export class SimulatedThread {
  readonly #memory: SimulatedMemory;
  readonly #thread: number;
  readonly #threads: number;
  #places: Places = new Map();

  constructor(memory: SimulatedMemory, thread: number, threads: number) {
    this.#memory = memory;
    this.#thread = thread;
    this.#threads = threads;
  }

  /** This thread's part of a kernel. */
  run(kernel: Leaf, places: Places): void {
    this.#places = places;
    switch (kernel.kind) {
      case 'map':
        this.#map(kernel);
        break;
      case 'reduce':
        this.#reduce(kernel);
        break;
      case 'contract':
        this.#contract(kernel);
        break;
      case 'pack':
        this.#pack(kernel);
        break;
      case 'gather':
        this.#gather(kernel);
        break;
      case 'scatter':
        this.#scatter(kernel);
        break;
      case 'recurrence':
        this.#recurrence(kernel);
        break;
      case 'host':
        this.#host(kernel);
        break;
    }
  }

  /** A word that says where to go on. */
  predicate(access: Access, places: Places): number {
    this.#places = places;
    return this.#load(access, []);
  }

  #map({ shape, nodes, stores, split }: MapKernel): void {
    this.#over(shape, split, (index) => {
      const value = this.#loads(nodes, index, 1);
      for (const { access, node } of stores) this.#store(access, index, mix(value, node));
    });
  }

  #reduce({ kept, reduced, nodes, out, split }: ReduceKernel): void {
    this.#over(kept, split, (index) => {
      let value = 2;
      for (const inner of indices(reduced)) value = this.#loads(nodes, [...index, ...inner], value);
      this.#store(out, index, value);
    });
  }

  #contract({ kept, summed, a, b, out, packed, split }: ContractKernel): void {
    const all = [...kept, ...summed];
    const [left, right] = [along(a, all, 'a'), packed ? packedAt(packed, all) : along(b, all, 'b')];
    this.#over(extentsOf(kept), split, (index) => {
      let value = 3;
      for (const inner of indices(extentsOf(summed))) {
        const place = [...index, ...inner];
        value = mix(mix(value, this.#load(left, place)), this.#load(right, place));
      }
      this.#store(along(out, kept, 'out'), index, value);
    });
  }

  /** Divided, each thread has the indices of b that leave its number when divided by that of threads. */
  #pack({ contract: { kept, summed, b }, into, split }: PackKernel): void {
    const all = [...kept, ...summed].map((label) => ({ ...label, extent: label.b === 0 ? 1 : label.extent }));
    let at = 0;
    for (const index of indices(extentsOf(all))) {
      const isMine = split ? at++ % this.#threads === this.#thread : this.#thread === 0;
      if (isMine) this.#store(packedAt(into, [...kept, ...summed]), index, this.#load(along(b, all, 'b'), index));
    }
  }

  #gather({ shape, x, indices: at, out, stride, extent, split }: GatherKernel): void {
    this.#over(shape, split, (index) => {
      const place = (this.#load(at, index) >>> 0) % extent;
      this.#store(out, index, this.#load({ ...x, offset: x.offset + place * stride }, index));
    });
  }

  #scatter({ shape, updates, indices: at, out, target, stride, extent, split }: ScatterKernel): void {
    const moved = (place: number): Access => ({ ...out, offset: out.offset + place * stride });
    if (split === undefined) this.#over([target], split, (index) => this.#store({ ...out, strides: [1] }, index, 0));
    else {
      this.#over(shape, split, (index) => {
        for (let place = 0; place < extent; place++) this.#store(moved(place), index, 0);
      });
    }
    this.#over(shape, split, (index) => {
      const into = moved((this.#load(at, index) >>> 0) % extent);
      this.#store(into, index, mix(this.#load(into, index), this.#load(updates, index)));
    });
  }

  #recurrence({ shape, reverse, a, b, from, out, split }: RecurrenceKernel): void {
    this.#over(shape, split, ([round = 0, ...rest]) => {
      const t = reverse ? (shape[0] ?? 1) - 1 - round : round;
      const index = [t, ...rest];
      const initial = from ? this.#load(from, index) : 0;
      const last = round === 0 ? initial : this.#load(out, [t + (reverse ? 1 : -1), ...rest]);
      this.#store(out, index, mix(last, mix(this.#load(a, index), this.#load(b, index))));
    });
  }

  #host({ inputs, outputs }: HostKernel): void {
    if (this.#thread !== 0) return;
    let value = 5;
    for (const { access, type } of inputs)
      for (const index of indices(type.shape)) value = mix(value, this.#load(access, index));
    for (const { access, type } of outputs) for (const index of indices(type.shape)) this.#store(access, index, value);
  }

  #loads(nodes: readonly Node[], index: Index, from: number): number {
    return nodes.reduce((h, node) => (node.kind === 'load' ? mix(h, this.#load(node.access, index)) : h), from);
  }

  #load(access: Access, index: Index): number {
    let value = 0;
    for (const word of this.#words(access, index, false)) value = mix(value, this.#memory.words[word] ?? 0);
    return value;
  }

  #store(access: Access, index: Index, value: number): void {
    const words = this.#words(access, index, true);
    for (const word of words) this.#memory.words[word] = mix(value, word - (words[0] ?? 0));
  }

  #words({ buffer, offset, strides, steps }: Access, index: Index, write: boolean): number[] {
    const { plan, addresses } = this.#memory;
    let element = offset;
    for (let axis = 0; axis < strides.length; axis++) element += (strides[axis] ?? 0) * (index[axis] ?? 0);
    for (const { loop, stride } of steps) element += stride * (this.#places.get(loop) ?? 0);
    const { dtype, length } = plan.buffers[buffer] ?? { dtype: 'int32', length: 0 };
    if (element < 0 || element >= length) throw new RangeError(`element ${element} of buffer ${buffer} with ${length}`);
    const count = bytesOf(dtype) / 4;
    const first = (addresses[buffer] ?? 0) / 4 + element * count;
    const words = count === 1 ? [first] : [first, first + 1];
    for (const word of words) this.#memory.touch(word, this.#thread, write);
    return words;
  }

  /** The indices that are this thread's. */
  #over(extents: Index, split: Split | undefined, visit: Visit): void {
    if (split === undefined) {
      if (this.#thread === 0) for (const index of indices(extents)) visit(index);
      return;
    }
    const extent = extents[split.axis] ?? 0;
    const grains = Math.ceil(extent / split.grain);
    const bound = (k: number): number => Math.min(extent, Math.floor((grains * k) / this.#threads) * split.grain);
    const range = { axis: split.axis, from: bound(this.#thread), to: bound(this.#thread + 1) };
    for (const index of indices(extents, range)) visit(index);
  }
}

function* indices(
  extents: Index,
  range?: { axis: number; from: number; to: number },
  head: Index = [],
): Generator<Index> {
  const axis = head.length;
  if (axis === extents.length) return yield head;
  const [from, to] = range?.axis === axis ? [range.from, range.to] : [0, extents[axis] ?? 0];
  for (let i = from; i < to; i++) yield* indices(extents, range, [...head, i]);
}

const extentsOf = (labels: readonly Label[]): Index => labels.map(({ extent }) => extent);
const along = (access: Access, labels: readonly Label[], of: 'a' | 'b' | 'out'): Access => ({
  ...access,
  strides: labels.map((label) => label[of]),
});

/** Where a pack has put the element of b at an index of kept and summed. */
function packedAt(access: Access, all: readonly Label[]): Access {
  const inner = (from: number): number => all.slice(from).reduce((n, { b, extent }) => (b === 0 ? n : n * extent), 1);
  return { ...access, strides: all.map(({ b }, axis) => (b === 0 ? 0 : inner(axis + 1))) };
}

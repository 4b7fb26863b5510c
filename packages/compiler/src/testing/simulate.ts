/** @file Threads that are not there: runs a Plan kernel by kernel in any order the barriers leave open, and sees races. */
import { bytesOf } from '../emit/emitter.ts';
import type { Access, Kernel, Label, LoopId, Node, Plan, Split } from '../plan/ir.ts';

interface Simulation {
  readonly threads: number;
  /** Whose turn it is: an integer from 0 to below `count`. */
  readonly pick: (count: number) => number;
}

interface Outcome {
  /** What is in memory at the end, as 32-bit words. */
  readonly memory: Int32Array;
  /** The first two accesses of different threads that no barrier keeps apart, at least one of them writing. */
  readonly race?: string;
}

type Places = ReadonlyMap<LoopId, number>;
type Index = readonly number[];

/** Words come out of words by mixing, so that no kernel's arithmetic is needed: what was read, and in which order, shows. */
const mix = (a: number, b: number): number => {
  const h = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
};

function* indexes(
  extents: Index,
  ranges: ReadonlyMap<number, readonly [number, number]> = new Map(),
): Generator<Index> {
  const walk = function* (axis: number, head: Index): Generator<Index> {
    if (axis === extents.length) return yield head;
    const [from, to] = ranges.get(axis) ?? [0, extents[axis] ?? 0];
    for (let i = from; i < to; i++) yield* walk(axis + 1, [...head, i]);
  };
  yield* walk(0, []);
}

/** Runs a plan of which every kernel says what it touches, on threads that take turns between kernels. */
export function simulate(plan: Plan, addresses: readonly number[], { threads, pick }: Simulation): Outcome {
  const end = Math.max(
    0,
    ...plan.buffers.map(({ dtype, length }, id) => (addresses[id] ?? 0) + bytesOf(dtype) * length),
  );
  const memory = Int32Array.from({ length: end / 4 }, (_, word) => mix(word, 7));
  const [stamps, readers, writers] = [0, 1, 2].map(() => new Int32Array(memory.length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]; // three of them
  let phase = 1;
  let race: string | undefined;

  const at = ({ buffer, offset, strides, steps }: Access, index: Index, places: Places): number => {
    let element = offset;
    for (let axis = 0; axis < strides.length; axis++) element += (strides[axis] ?? 0) * (index[axis] ?? 0);
    for (const { loop, stride } of steps) element += stride * (places.get(loop) ?? 0);
    const { dtype, length } = plan.buffers[buffer] ?? { dtype: 'int32', length: 0 };
    if (element < 0 || element >= length) throw new RangeError(`element ${element} of buffer ${buffer} with ${length}`);
    return (addresses[buffer] ?? 0) / 4 + (element * bytesOf(dtype)) / 4;
  };
  const mark = (word: number, thread: number, write: boolean): void => {
    if (stamps[word] !== phase) [stamps[word], readers[word], writers[word]] = [phase, 0, 0];
    const own = 1 << thread;
    const others = (writers[word] ?? 0) | (write ? (readers[word] ?? 0) : 0);
    if ((others & ~own) !== 0) race ??= `word ${word}, ${write ? 'written' : 'read'} by thread ${thread}`;
    const map = write ? writers : readers;
    map[word] = (map[word] ?? 0) | own;
  };

  /** One thread's view of memory. */
  const cpu = (thread: number) => {
    const words = (access: Access): number => bytesOf(plan.buffers[access.buffer]?.dtype ?? 'int32') / 4;
    const load = (access: Access, index: Index, places: Places): number => {
      const first = at(access, index, places);
      let value = 0;
      for (let word = first; word < first + words(access); word++) {
        mark(word, thread, false);
        value = mix(value, memory[word] ?? 0);
      }
      return value;
    };
    const store = (access: Access, index: Index, places: Places, value: number): void => {
      const first = at(access, index, places);
      for (let word = first; word < first + words(access); word++) {
        mark(word, thread, true);
        memory[word] = mix(value, word - first);
      }
    };
    return { load, store };
  };
  type Cpu = ReturnType<typeof cpu>;

  const range = (
    split: Split | undefined,
    extents: Index,
    thread: number,
  ): ReadonlyMap<number, [number, number]> | null => {
    if (split === undefined) return thread === 0 ? new Map() : null;
    const extent = extents[split.axis] ?? 0;
    const grains = Math.ceil(extent / split.grain);
    const bound = (k: number): number => Math.min(extent, Math.floor((grains * k) / threads) * split.grain);
    return new Map([[split.axis, [bound(thread), bound(thread + 1)]]]);
  };

  const leaf = (kernel: Kernel, thread: number, { load, store }: Cpu, places: Places): void => {
    const over = (extents: Index, visit: (index: Index) => void): void => {
      const ranges = range(kernel.split, extents, thread);
      if (ranges !== null) for (const index of indexes(extents, ranges)) visit(index);
    };
    const loads = (nodes: readonly Node[], index: Index, from: number): number =>
      nodes.reduce((h, node) => (node.kind === 'load' ? mix(h, load(node.access, index, places)) : h), from);
    const along = (access: Access, labels: readonly Label[], of: 'a' | 'b' | 'out'): Access => ({
      ...access,
      strides: labels.map((label) => label[of]),
    });
    const extentsOf = (labels: readonly Label[]): Index => labels.map(({ extent }) => extent);
    /** Where a pack has put the element of b at this index of kept and summed. */
    const packedAt = (access: Access, all: readonly Label[]): Access => {
      const strides = all.map((_, axis) =>
        all[axis]?.b === 0 ? 0 : all.slice(axis + 1).reduce((n, { b, extent }) => (b === 0 ? n : n * extent), 1),
      );
      return { ...access, strides };
    };
    switch (kernel.kind) {
      case 'map':
        return over(kernel.shape, (index) => {
          const value = loads(kernel.nodes, index, 1);
          kernel.stores.forEach(({ access }, i) => store(access, index, places, mix(value, i)));
        });
      case 'reduce':
        return over(kernel.kept, (index) => {
          let value = 2;
          for (const inner of indexes(kernel.reduced)) value = loads(kernel.nodes, [...index, ...inner], value);
          store(kernel.out, index, places, value);
        });
      case 'contract': {
        const { kept, summed } = kernel;
        const all = [...kept, ...summed];
        const right = kernel.packed ? packedAt(kernel.packed, all) : along(kernel.b, all, 'b');
        return over(extentsOf(kept), (index) => {
          let value = 3;
          for (const inner of indexes(extentsOf(summed))) {
            const place = [...index, ...inner];
            value = mix(mix(value, load(along(kernel.a, all, 'a'), place, places)), load(right, place, places));
          }
          store(along(kernel.out, kept, 'out'), index, places, value);
        });
      }
      case 'pack': {
        const { kept, summed, b } = kernel.contract;
        const all = [...kept, ...summed].map((label) => ({ ...label, extent: label.b === 0 ? 1 : label.extent }));
        return over(extentsOf(all), (index) =>
          store(packedAt(kernel.into, [...kept, ...summed]), index, places, load(along(b, all, 'b'), index, places)),
        );
      }
      case 'gather':
        return over(kernel.shape, (index) => {
          const place = (load(kernel.indices, index, places) >>> 0) % kernel.extent;
          const x = { ...kernel.x, offset: kernel.x.offset + place * kernel.stride };
          store(kernel.out, index, places, load(x, index, places));
        });
      case 'scatter': {
        const { shape, split, target, extent, stride, indices } = kernel;
        const move = (place: number): Access => ({ ...kernel.out, offset: kernel.out.offset + place * stride });
        if (split === undefined) {
          if (thread === 0)
            for (const [i = 0] of indexes([target])) store({ ...kernel.out, strides: [1] }, [i], places, 0);
        } else
          over(shape, (index) => {
            for (let place = 0; place < extent; place++) store(move(place), index, places, 0);
          });
        return over(shape, (index) => {
          const out = move((load(indices, index, places) >>> 0) % extent);
          store(out, index, places, mix(load(out, index, places), load(kernel.updates, index, places)));
        });
      }
      case 'recurrence':
        return over(kernel.shape, ([round = 0, ...rest]) => {
          const t = kernel.reverse ? (kernel.shape[0] ?? 1) - 1 - round : round;
          const index = [t, ...rest];
          const before = [t + (kernel.reverse ? 1 : -1), ...rest];
          const initial = kernel.from ? load(kernel.from, index, places) : 0;
          const last = round === 0 ? initial : load(kernel.out, before, places);
          const terms = mix(load(kernel.a, index, places), load(kernel.b, index, places));
          store(kernel.out, index, places, mix(last, terms));
        });
      case 'host': {
        if (thread !== 0) return;
        let value = 5;
        for (const { access, type } of kernel.inputs)
          for (const index of indexes(type.shape)) value = mix(value, load(access, index, places));
        for (const { access, type } of kernel.outputs)
          for (const index of indexes(type.shape)) store(access, index, places, value);
        return;
      }
      default:
        throw new RangeError(kernel.kind);
    }
  };

  /** Stops before every leaf, and at every barrier: there all of them meet. */
  function* drive(kernels: readonly Kernel[], thread: number, own: Cpu, places: Places): Generator<'barrier' | 'leaf'> {
    const again = (access: Access, modulus: number): boolean => own.load(access, [], places) % modulus !== 0;
    for (const kernel of kernels) {
      switch (kernel.kind) {
        case 'barrier':
          yield 'barrier';
          break;
        case 'loop':
          for (let i = 0; i < kernel.length; i++) {
            const t = kernel.reverse ? kernel.length - 1 - i : i;
            yield* drive(kernel.body, thread, own, new Map([...places, [kernel.id, t]]));
          }
          break;
        case 'while':
          for (let t = 0; ; t++) {
            const inner = new Map([...places, [kernel.id, t]]);
            yield* drive(kernel.test, thread, own, inner);
            yield 'leaf';
            if (!again(kernel.predicate, 4) || t >= (kernel.maxSteps ?? 9)) break;
            yield* drive(kernel.body, thread, own, inner);
          }
          break;
        case 'branch':
          yield 'leaf';
          yield* drive(again(kernel.predicate, 2) ? kernel.onTrue : kernel.onFalse, thread, own, places);
          break;
        default:
          yield 'leaf';
          leaf(kernel, thread, own, places);
      }
    }
  }

  const all = Array.from({ length: threads }, (_, thread) => drive(plan.kernels, thread, cpu(thread), new Map()));
  let ready = [...all];
  let waiting: typeof ready = [];
  while (ready.length > 0) {
    const chosen = ready[pick(ready.length)];
    if (chosen === undefined) throw new RangeError('pick');
    const next = chosen.next();
    if (next.done || next.value === 'barrier') ready = ready.filter((one) => one !== chosen);
    if (!next.done && next.value === 'barrier') waiting.push(chosen);
    if (ready.length > 0 || waiting.length === 0) continue;
    // Threads that disagree about a predicate never meet again.
    if (waiting.length < threads) return { memory, race: race ?? 'some threads wait for others that have ended' };
    [ready, waiting] = [waiting, []];
    phase++;
  }
  return race === undefined ? { memory } : { memory, race };
}

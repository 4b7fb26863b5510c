/** @file Plans that nobody wrote, for tests: rows, sequences, slices, transposes and reused memory in loops and branches. */
import type { DType } from '@throughline/tensor';
import { bytesOf } from '../emit/emitter.ts';
import type { Access, Buffer, Kernel, Label, LoopId, Node, Plan, StepStride } from '../plan/ir.ts';

/** An integer from 0 to below `count`. */
export type Pick = (count: number) => number;

/** The same integers for one seed. */
export function randomPick(seed: number): Pick {
  let state = seed | 0;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let h = Math.imul(state ^ (state >>> 15), 1 | state);
    h ^= h + Math.imul(h ^ (h >>> 7), 61 | h);
    return ((h ^ (h >>> 14)) >>> 0) % count;
  };
}

/** Rows of a batch, steps of time, places of a row. */
type Role = 'b' | 't' | 'w';
type Space = readonly (readonly [Role, number])[];
interface Dim {
  readonly role: Role;
  readonly extent: number;
  readonly stride: number;
}

const layouts: readonly (readonly Role[])[] = [
  ['b', 'w'],
  ['t', 'b', 'w'],
  ['b', 't', 'w'],
  ['w', 'b'],
  ['w', 'w'],
  ['b'],
  ['w'],
  ['t', 'b'],
];
const shapeOf = (space: Space): number[] => space.map(([, extent]) => extent);

/** A plan, and where its buffers are: a third of them lie over others. */
export function randomPlan(pick: Pick): { plan: Plan; addresses: number[] } {
  const author = new Author(pick);
  const { buffers } = author;
  const addresses: number[] = [];
  let end = 64;
  for (const { dtype, length } of buffers) {
    const reused = addresses.length > 0 && pick(3) === 0 ? addresses[pick(addresses.length)] : undefined;
    const at = reused ?? end;
    addresses.push(at);
    end = Math.max(end, at + 16 * Math.ceil((length * bytesOf(dtype)) / 16));
  }
  const kernels = [...author.list(2, []), ...author.list(2, [])];
  return { plan: { buffers, kernels, inputs: [], outputs: [], constants: new Map() }, addresses };
}

class Author {
  readonly buffers: readonly (Buffer & { readonly dims: readonly Dim[] })[];
  readonly #pick: Pick;
  readonly #extents: { readonly b: number; readonly t: number };
  #loops = 0;

  constructor(pick: Pick) {
    this.#pick = pick;
    this.#extents = { b: 1 + pick(9), t: 1 + pick(4) };
    this.buffers = Array.from({ length: 3 + pick(6) }, () => this.#buffer());
  }

  list(depth: number, loops: readonly LoopId[]): Kernel[] {
    return Array.from({ length: 1 + this.#pick(4) }, () => this.#kernel(depth, loops));
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#pick(list.length)] as T; // never empty
  }

  #buffer(): Buffer & { readonly dims: readonly Dim[] } {
    let length = 1;
    const dims: Dim[] = [];
    for (const role of [...this.#one(layouts)].reverse()) {
      const extent = role === 'w' ? 1 + this.#pick(6) : this.#extents[role];
      dims.unshift({ role, extent, stride: length });
      length *= extent;
    }
    return { dtype: this.#one<DType>(['float32', 'float32', 'int32', 'float64']), length, dims };
  }

  #kernel(depth: number, loops: readonly LoopId[]): Kernel {
    const kind = depth === 0 ? 9 : this.#pick(10);
    const body = (inner: readonly LoopId[]): Kernel[] => this.list(depth - 1, inner);
    const predicate = this.#access([], loops);
    const id = this.#loops++;
    const inside = [...loops, id];
    if (kind < 2) {
      return { kind: 'loop', id, length: this.#extents.t, reverse: this.#pick(2) === 0, body: body(inside) };
    }
    if (kind === 2) return { kind: 'branch', predicate, onTrue: body(loops), onFalse: body(loops) };
    if (kind === 3) return { kind: 'while', id, test: body(loops), predicate, body: body(loops), maxSteps: 5, trap: 0 };
    return this.#leaf(loops);
  }

  #leaf(loops: readonly LoopId[]): Kernel {
    const w = 1 + this.#pick(4);
    const row: Space = [['b', this.#extents.b]];
    const matrix: Space = [...row, ['w', w]];
    const flipped: Space = [['w', w], ...row];
    switch (this.#pick(9)) {
      case 0: {
        const [nodes, out] = [[this.#load(matrix, loops)], this.#access(row, loops)];
        return { kind: 'reduce', combine: 'sum', kept: shapeOf(row), reduced: [w], nodes, node: 0, out };
      }
      case 1:
        return this.#contract(w, loops);
      case 2:
      case 3:
        return this.#indexed(loops);
      case 4: {
        const [a, b] = [this.#access(flipped, loops), this.#access(flipped, loops)];
        const out = this.#access(flipped, loops, true);
        return {
          kind: 'recurrence',
          dtype: 'float32',
          shape: shapeOf(flipped),
          reverse: this.#pick(2) === 0,
          a,
          b,
          out,
        };
      }
      default: {
        const space = this.#one([matrix, matrix, row, [['w', w]] as const, flipped]);
        const nodes = Array.from({ length: 1 + this.#pick(3) }, () => this.#load(space, loops));
        const stores = [{ node: 0, access: this.#access(space, loops, this.#pick(5) > 0) }];
        return { kind: 'map', shape: shapeOf(space), nodes, stores };
      }
    }
  }

  #contract(w: number, loops: readonly LoopId[]): Kernel {
    const rows = this.#extents.b;
    const a = this.#access(
      [
        ['b', rows],
        ['w', w],
      ],
      loops,
    );
    const b = this.#access(
      [
        ['w', w],
        ['w', 2],
      ],
      loops,
    );
    const out = this.#access(
      [
        ['b', rows],
        ['w', 2],
      ],
      loops,
    );
    const label = (extent: number, i: number, j: number, k: number): Label => {
      return { extent, a: a.strides[i] ?? 0, b: b.strides[j] ?? 0, out: out.strides[k] ?? 0 };
    };
    const kept = [label(rows, 0, 9, 0), label(2, 9, 1, 1)];
    return { kind: 'contract', dtype: 'float32', kept, summed: [label(w, 1, 0, 9)], a, b, out };
  }

  /** A gather of numbers, or a scatter of rows, in two places. */
  #indexed(loops: readonly LoopId[]): Kernel {
    const row: Space = [['b', this.#extents.b]];
    const whole = (): Access => ({ buffer: this.#pick(this.buffers.length), offset: 0, strides: [0], steps: [] });
    const [moved, indices] = [whole(), this.#access(row, loops)];
    const { length } = this.buffers[moved.buffer] ?? { length: 1 };
    const shared = { dtype: 'float32', stride: 1, extent: Math.min(2, length), trap: 0, indices } as const;
    if (this.#pick(2) === 0) {
      return { kind: 'gather', ...shared, shape: shapeOf(row), x: moved, out: this.#access(row, loops) };
    }
    const w = Math.floor(length / shared.extent);
    const updates = this.#access(
      [
        ['w', 1],
        ['w', w],
      ],
      loops,
    );
    const out = { ...moved, strides: [0, 1] };
    const target = w * shared.extent;
    const still = { ...indices, strides: [0, 0] };
    return { kind: 'scatter', ...shared, stride: w, shape: [1, w], target, updates, indices: still, out };
  }

  #load(space: Space, loops: readonly LoopId[]): Node {
    return { kind: 'load', access: this.#access(space, loops), dtype: 'float32' };
  }

  /** An access to any buffer, whose axes follow those of the space where roles agree; `still` ones do so if they can. */
  #access(space: Space, loops: readonly LoopId[], still = false): Access {
    const pick = this.#pick;
    const buffer = pick(this.buffers.length);
    const free = [...(this.buffers[buffer]?.dims ?? [])];
    let offset = 0;
    const strides = space.map(([role, extent]) => {
      const at = free.findIndex((dim) => dim.role === role && dim.extent >= extent);
      const dim = at < 0 || (!still && pick(8) === 0) ? undefined : free.splice(at, 1)[0];
      if (dim === undefined) return 0;
      offset += dim.stride * pick(dim.extent - extent + 1);
      return dim.stride;
    });
    const steps: StepStride[] = [];
    const loop = loops.at(-1);
    for (const { role, extent, stride } of free) {
      if (role === 't' && loop !== undefined && pick(4) > 0) steps.push({ loop, stride });
      else offset += stride * pick(extent);
    }
    return { buffer, offset, strides, steps };
  }
}

/** @file Plans that nobody wrote, for tests: rows, sequences, slices, transposes and reused memory in loops and branches. */
import type { DType } from '@throughline/tensor';
import { bytesOf } from '../emit/emitter.ts';
import type { Access, Buffer, Kernel, LoopId, Node, Plan, StepStride } from '../plan/ir.ts';

export type Pick = (count: number) => number;

/** Integers from 0 to below `count`, the same for one seed. */
export function randomPick(seed: number): Pick {
  let state = seed | 0;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let h = Math.imul(state ^ (state >>> 15), 1 | state);
    h ^= h + Math.imul(h ^ (h >>> 7), 61 | h);
    return ((h ^ (h >>> 14)) >>> 0) % count;
  };
}

interface Dims {
  /** The extents of a buffer, outermost first, by what they are: b rows, t steps, w places of a row. */
  readonly axes: readonly { readonly role: 'b' | 't' | 'w'; readonly extent: number; readonly stride: number }[];
}

/** A plan and where its buffers are. A third of them lie over others. */
export function randomPlan(pick: Pick): { plan: Plan; addresses: number[] } {
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T; // never empty
  const [B, T] = [1 + pick(9), 1 + pick(4)];
  const extents = { b: B, t: T, w: 0 };
  const layouts = ['bw', 'tbw', 'btw', 'wb', 'ww', 'b', 'w', 'tb'] as const;
  const buffers: (Buffer & Dims)[] = Array.from({ length: 3 + pick(6) }, () => {
    let stride = 1;
    const roles = [...one(layouts)].reverse() as ('b' | 't' | 'w')[]; // the letters of a layout
    const axes = roles.map((role) => {
      const extent = role === 'w' ? 1 + pick(6) : extents[role];
      const axis = { role, extent, stride };
      stride *= extent;
      return axis;
    });
    return { dtype: one<DType>(['float32', 'float32', 'int32', 'float64']), length: stride, axes: axes.reverse() };
  });
  const addresses: number[] = [];
  let end = 64;
  for (const { dtype, length } of buffers) {
    if (addresses.length > 0 && pick(3) === 0) addresses.push(one(addresses));
    else addresses.push(end);
    end = Math.max(end, (addresses.at(-1) ?? 0) + 16 * Math.ceil((length * bytesOf(dtype)) / 16));
  }

  let nextLoop = 0;
  /** An access to any buffer whose axes follow those of the space where roles agree. */
  const access = (space: readonly ['b' | 'w', number][], loops: readonly LoopId[], still = false): Access => {
    const buffer = pick(buffers.length);
    const free = [...(buffers[buffer]?.axes ?? [])];
    let offset = 0;
    const strides = space.map(([role, extent]) => {
      const at = free.findIndex((axis) => axis.role === role && axis.extent >= extent);
      if (at < 0 || (!still && pick(8) === 0)) return 0;
      const [axis] = free.splice(at, 1);
      if (axis === undefined) return 0;
      offset += axis.stride * pick(axis.extent - extent + 1);
      return axis.stride;
    });
    const steps: StepStride[] = [];
    for (const axis of free) {
      const loop = loops.at(-1);
      if (axis.role === 't' && loop !== undefined && pick(4) > 0) steps.push({ loop, stride: axis.stride });
      else offset += axis.stride * pick(axis.extent);
    }
    return { buffer, offset, strides, steps };
  };
  const load = (space: readonly ['b' | 'w', number][], loops: readonly LoopId[]): Node => ({
    kind: 'load',
    access: access(space, loops),
    dtype: 'float32',
  });

  const leaf = (loops: readonly LoopId[]): Kernel => {
    const w = 1 + pick(4);
    const row: ['b' | 'w', number][] = [['b', B]];
    const wide: ['b' | 'w', number][] = one([
      [...row, ['w', w]],
      [...row, ['w', w]],
      row,
      [['w', w]],
      [['w', w], ...row],
    ]);
    const shape = wide.map(([, extent]) => extent);
    const nodes = Array.from({ length: 1 + pick(3) }, () => load(wide, loops));
    switch (pick(8)) {
      case 0:
        return {
          kind: 'reduce',
          combine: 'sum',
          kept: [B],
          reduced: [w],
          nodes: [load([...row, ['w', w]], loops)],
          node: 0,
          out: access(row, loops),
        };
      case 1: {
        const [a, b, out] = [
          access([...row, ['w', w]], loops),
          access(
            [
              ['w', w],
              ['w', 2],
            ],
            loops,
          ),
          access([...row, ['w', 2]], loops),
        ];
        const label = (extent: number, i: number, j: number, k: number) => ({
          extent,
          a: a.strides[i] ?? 0,
          b: b.strides[j] ?? 0,
          out: out.strides[k] ?? 0,
        });
        const kept = [label(B, 0, 9, 0), label(2, 9, 1, 1)];
        return { kind: 'contract', dtype: 'float32', kept, summed: [label(w, 1, 0, 9)], a, b, out };
      }
      case 2: {
        const [x, indices] = [access(row, loops), access(row, loops)];
        return {
          kind: 'gather',
          dtype: 'float32',
          shape: [B],
          x: { ...x, offset: 0, steps: [], strides: [0] },
          indices,
          out: access(row, loops),
          stride: 1,
          extent: Math.min(2, buffers[x.buffer]?.length ?? 1),
          trap: 0,
        };
      }
      case 3: {
        const space: ['b' | 'w', number][] = [
          ['w', w],
          ['b', B],
        ];
        return {
          kind: 'recurrence',
          dtype: 'float32',
          shape: [w, B],
          reverse: pick(2) === 0,
          a: access(space, loops),
          b: access(space, loops),
          out: access(space, loops, true),
        };
      }
      default:
        return { kind: 'map', shape, nodes, stores: [{ node: 0, access: access(wide, loops, pick(5) > 0) }] };
    }
  };
  const list = (depth: number, loops: readonly LoopId[]): Kernel[] =>
    Array.from({ length: 1 + pick(4) }, () => kernel(depth, loops));
  const kernel = (depth: number, loops: readonly LoopId[]): Kernel => {
    const kind = depth === 0 ? 9 : pick(10);
    const id = nextLoop++;
    const scalar = (): Access => access([], loops);
    if (kind < 2) return { kind: 'loop', id, length: T, reverse: pick(2) === 0, body: list(depth - 1, [...loops, id]) };
    if (kind === 2)
      return { kind: 'branch', predicate: scalar(), onTrue: list(depth - 1, loops), onFalse: list(depth - 1, loops) };
    if (kind === 3)
      return {
        kind: 'while',
        id,
        test: list(depth - 1, loops),
        predicate: scalar(),
        body: list(depth - 1, loops),
        maxSteps: 5,
        trap: 0,
      };
    return leaf(loops);
  };
  const kernels = list(2, []).concat(list(2, []));
  return { plan: { buffers, kernels, inputs: [], outputs: [], constants: new Map() }, addresses };
}

import { bytesOf } from '../emit/emitter.ts';
import type { Access, BufferId, Kernel, Plan } from './ir.ts';
import { bodiesIn, touchedBy } from './visit.ts';

/** Where each buffer begins, and how many bytes all of them take. */
export interface Layout {
  readonly addresses: readonly number[];
  readonly bytes: number;
}

/** The kernels from which and to which a buffer holds something, by their places in the order of the listing. */
interface Life {
  first: number;
  last: number;
  /** Whether the first kernel that touches it only writes: inside a loop it then needs no place between steps. */
  readonly fresh: boolean;
}

interface Span {
  readonly first: number;
  readonly last: number;
}

/** Bytes between buffers, since vectors may be read past an end. */
const GAP = 64;
/** How far into a page a large buffer begins beyond the one before it: at one place of their pages, rows evict each other. */
const STAGGER = 1600;
const PAGE = 4096;

/**
 * One place for each buffer, such that no two that hold something at a time overlap: buffers in order of size, each as low
 * as it can lie. Arguments, results and constants keep their places to themselves.
 */
export function layOut({ buffers, kernels, inputs, outputs, constants }: Plan, start: number): Layout {
  const { lives, end } = livesOf(kernels);
  const pinned = new Set([...inputs, ...outputs.map(({ buffer }) => buffer), ...constants.keys()]);
  const sizes = buffers.map(({ dtype, length }) => {
    const size = Math.ceil((length * bytesOf(dtype) + GAP) / GAP) * GAP;
    return size < PAGE ? size : size + ((STAGGER - size) & (PAGE - 1));
  });
  const order = [...lives.keys(), ...[...pinned].filter((id) => !lives.has(id))];
  order.sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b); // one size per buffer
  const addresses = new Array<number>(buffers.length).fill(start);
  const placed: { life: Span; from: number; to: number }[] = []; // by where they begin
  let bytes = start;
  for (const id of order) {
    const life = pinned.has(id) ? { first: -1, last: end } : (lives.get(id) as Span); // not pinned: it lives
    const size = sizes[id] as number; // as above
    let at = start;
    for (const { life: other, from, to } of placed) {
      if (at + size <= from) break;
      if (other.first <= life.last && life.first <= other.last) at = Math.max(at, to);
    }
    addresses[id] = at;
    bytes = Math.max(bytes, at + size);
    placed.splice(placed.findLastIndex(({ from }) => from <= at) + 1, 0, { life, from: at, to: at + size });
  }
  return { addresses, bytes };
}

function livesOf(kernels: readonly Kernel[]): { lives: Map<BufferId, Life>; end: number } {
  const lives = new Map<BufferId, Life>();
  const loops: Span[] = [];
  let now = 0;
  const touch = (accesses: readonly Access[], isRead: boolean): void => {
    for (const { buffer } of accesses) {
      const life = lives.get(buffer);
      if (life === undefined) lives.set(buffer, { first: now, last: now, fresh: !isRead });
      else life.last = now;
    }
  };
  const visit = (list: readonly Kernel[]): void => {
    for (const kernel of list) {
      const first = ++now;
      const { reads, writes } = touchedBy(kernel);
      touch(reads, true);
      for (const body of bodiesIn(kernel)) visit(body);
      touch([...reads, ...writes], false); // another thread may read a predicate when a body runs
      // inner loops are listed before those around them
      if (kernel.kind === 'loop' || kernel.kind === 'while') loops.push({ first, last: now });
    }
  };
  visit(kernels);
  for (const loop of loops) {
    for (const life of lives.values()) {
      if (life.last < loop.first || life.first > loop.last) continue;
      // what a step finds before it writes it, or is seen outside as well, stays for all steps
      if (life.fresh && life.first >= loop.first && life.last <= loop.last) continue;
      life.first = Math.min(life.first, loop.first);
      life.last = Math.max(life.last, loop.last);
    }
  }
  return { lives, end: now + 1 };
}

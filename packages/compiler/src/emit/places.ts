import type { DType } from '@throughline/tensor';
import { ensure } from '../collections.ts';
import type { Access, LoopId } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { bytesOf, type Emitter, placeOf } from './emitter.ts';
import type { Axis } from './nest.ts';

/** An access of a kernel; strides (in elements) over the axes outside of its vectors, and along them. */
export interface Placed {
  readonly access: Access;
  readonly dtype: DType;
  readonly outer: readonly number[];
  readonly along: number;
  /** How its base will be moved, in elements: accesses share a base only if they agree. */
  readonly moves?: readonly number[];
}

/** An address: what a local holds, if any, plus a constant. Strides are in bytes. */
export interface Place {
  readonly base: Local | undefined;
  readonly offset: number;
  readonly size: 4 | 8;
  readonly along: number;
}

/** A number times what a local holds. */
type Term = readonly [Local, number];

/** Computes the addresses of index 0 of accesses where the counters are; those that differ by a constant share a local. */
export function placesOf(
  code: Code,
  emitter: Emitter,
  steps: ReadonlyMap<LoopId, Local>,
  all: readonly Placed[],
  counters: readonly Local[],
): readonly Place[] {
  const bases = new Map<string, Local>();
  return all.map(({ access, dtype, outer, along, moves = [] }) => {
    const size = bytesOf(dtype);
    const terms = [
      ...access.steps.map(({ loop, stride }): Term => [placeOf(steps, loop), stride * size]),
      ...counters.map((counter, at): Term => [counter, (outer[at] ?? 0) * size]),
    ].filter(([, bytes]) => bytes !== 0);
    const offset = emitter.address(access.buffer) + access.offset * size;
    const place = { size, along: along * size } as const;
    const moved = moves.some((stride) => stride !== 0);
    if (terms.length === 0 && along >= 0 && !moved) return { ...place, base: undefined, offset };
    // a constant offset is added without wrapping round, so a sum that may be negative takes it in
    const whole = along < 0 || moves.some((stride) => stride < 0) || terms.some(([, bytes]) => bytes < 0);
    const start = whole ? offset : 0;
    const key = `${terms.map(([local, bytes]) => `${local.index}*${bytes}`)}+${start}+${moves.map((stride) => stride * size)}`;
    const base = ensure(bases, key, () => {
      const local = code.local();
      code.i32(start);
      for (const [factor, bytes] of terms) code.plus(factor, bytes);
      code.set(local);
      return local;
    });
    return { ...place, base, offset: offset - start };
  });
}

/** Something that a kernel loads or stores. */
export type Accessed = Pick<Placed, 'access' | 'dtype' | 'moves'>;

/** Accesses in loops over `axes`, with vectors along `inner`; the axes have one stride for each. */
export const placedIn = (accesses: readonly Accessed[], axes: readonly Axis[], inner: Axis): Placed[] =>
  accesses.map((one, k) => ({
    ...one,
    outer: axes.map(({ strides }) => strides[k] ?? 0),
    along: inner.strides[k] ?? 0,
  }));

/** Puts what a place's local holds on the stack. */
export const pushBase = (code: Code, { base }: Place): Code => (base === undefined ? code.i32(0) : code.get(base));

import { formatType, InternalError, NotDifferentiableError, sameType, type Tensor } from '@throughline/tensor';
import { type AnyPrimitive, type Cotangent, pullbackOf } from './primitive.ts';
import { add } from './primitives/maps/arithmetic.ts';
import type { Entry, Tape } from './tape.ts';
import { Recorded } from './value.ts';

/** A reverse sweep prepared for given ends: which variables lie on a path from `xs`, with the held ones cut out. */
export interface Sweep {
  /** Pulls one cotangent per y (null: nothing flows from it) back to each x. */
  (cts: readonly Cotangent[]): Cotangent[];
}

/** Watches a sweep: called after each entry with the cotangents that left and entered it. */
export type SweepListener = (entry: Entry, outgoing: readonly Cotangent[], incoming: readonly Cotangent[]) => void;

/**
 * Prepares the reverse sweep from `ys` to `xs` along a tape. `held` variables are constants, unless they are ends.
 * The sweep is a loop over the entries that lie between, so its depth does not grow with the tape.
 */
export function prepare(
  tape: Tape,
  ys: readonly Tensor[],
  xs: readonly Recorded[],
  held: Iterable<Recorded> = [],
  listener?: SweepListener,
): Sweep {
  const ends = ys.map((y) => (y instanceof Recorded && y.trace === tape ? y.id : -1));
  const starts = xs.map((x) => x.id);
  const lowest = starts.reduce((a, b) => Math.min(a, b), tape.count);
  const highest = ends.reduce((a, b) => Math.max(a, b), -1);
  const from = firstAfter(tape.entries, lowest);
  const to = firstAfter(tape.entries, highest);
  const onPath = mark(tape, from, to, starts, ends, held);
  const isStart = new Set(starts);

  return (cts) => {
    const flowing = new Map<number, Tensor>();
    const give = (id: number, ct: Tensor): void => {
      const sum = flowing.get(id);
      flowing.set(id, sum === undefined ? ct : add(sum, ct));
    };
    ends.forEach((id, i) => {
      const ct = cts[i];
      if (id >= 0 && ct && onPath[id]) give(id, ct);
    });
    for (let e = to - 1; e >= from; e--) {
      const entry = tape.entries[e] as Entry; // from ≤ e < to ≤ length
      const outgoing = takeCotangents(entry, flowing, isStart);
      if (outgoing === null) continue;
      const wanted = entry.operands.map((id) => id >= 0 && onPath[id] === 1);
      if (!wanted.includes(true)) continue;
      const incoming = pullEntry(entry, outgoing, wanted);
      entry.operands.forEach((id, i) => {
        const ct = incoming[i];
        if (wanted[i] && ct) give(id, checkCotangent(entry.primitive, i, ct, entry.inputs[i]));
      });
      listener?.(entry, outgoing, incoming);
    }
    return starts.map((id) => flowing.get(id) ?? null);
  };
}

/** One reverse sweep: see `prepare`. */
export const pull = (
  tape: Tape,
  ys: readonly Tensor[],
  cts: readonly Cotangent[],
  xs: readonly Recorded[],
): Cotangent[] => prepare(tape, ys, xs)(cts);

/** Marks the variables that depend on a start; held ones stop the marking. */
function mark(
  tape: Tape,
  from: number,
  to: number,
  starts: readonly number[],
  ends: readonly number[],
  held: Iterable<Recorded>,
): Uint8Array {
  const onPath = new Uint8Array(tape.count);
  const blocked = new Set([...held].map((x) => x.id));
  for (const id of [...starts, ...ends]) blocked.delete(id);
  for (const id of starts) onPath[id] = 1;
  for (let e = from; e < to; e++) {
    const { operands, outputs, first } = tape.entries[e] as Entry; // from ≤ e < to ≤ length
    if (!operands.some((id) => id >= 0 && onPath[id] === 1)) continue;
    for (let k = 0; k < outputs.length; k++) if (!blocked.has(first + k)) onPath[first + k] = 1;
  }
  return onPath;
}

/** Removes and returns the cotangents of an entry's outputs, or null when there are none. A start keeps its own. */
function takeCotangents(entry: Entry, flowing: Map<number, Tensor>, isStart: ReadonlySet<number>): Cotangent[] | null {
  let any = false;
  const cts = new Array<Cotangent>(entry.outputs.length);
  for (let k = 0; k < cts.length; k++) {
    const id = entry.first + k;
    const ct = flowing.get(id) ?? null;
    cts[k] = ct;
    if (ct === null) continue;
    any = true;
    if (!isStart.has(id)) flowing.delete(id);
  }
  return any ? cts : null;
}

/** Runs the rules of one entry for the wanted operands. */
export function pullEntry(entry: Entry, cts: readonly Cotangent[], wanted: readonly boolean[]): readonly Cotangent[] {
  const { primitive } = entry;
  if (primitive.jointPullback !== undefined) return primitive.jointPullback(cts, entry, wanted);
  return wanted.map((want, i) => {
    if (!want) return null;
    const rule = pullbackOf(primitive, i);
    if (rule === null) {
      const type = entry.inputs[i];
      throw new NotDifferentiableError(
        primitive.name,
        `has no derivative with respect to operand ${i}${type ? ` (${formatType(type)})` : ''}. ` +
          'Wrap that operand in stopGradient if it is meant as a constant.',
      );
    }
    return rule(cts, entry);
  });
}

function checkCotangent(primitive: AnyPrimitive, input: number, ct: Tensor, primal: Tensor | undefined): Tensor {
  if (primal === undefined || !sameType(ct, primal)) {
    const expected = primal ? formatType(primal) : 'nothing';
    throw new InternalError(
      `the pullback of ${primitive.name} for operand ${input} gave ${formatType(ct)}, its operand is ${expected}.`,
    );
  }
  return ct;
}

/** Index of the first entry whose outputs come after the variable `id`. */
function firstAfter(entries: readonly Entry[], id: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).first > id)
      high = middle; // low ≤ middle < length
    else low = middle + 1;
  }
  return low;
}

import { formatType, InternalError, NotDifferentiableError, sameType, type Tensor } from '@throughline/tensor';
import { checkSeals, seals } from './debug/captures.ts';
import { type AnyPrimitive, type Cotangent, pullbackOf } from './primitive.ts';
import { add } from './primitives/maps/arithmetic.ts';
import { currentPlace, type Place, standAt, watch } from './scope.ts';
import type { Entry, Tape } from './tape.ts';
import { Recorded, seenOn } from './value.ts';

/** A reverse sweep prepared for given ends: which variables lie on a path from `xs`, with the held ones cut out. */
export interface Sweep {
  /** Pulls one cotangent per y (null: nothing flows from it) back to each x. */
  (cts: readonly Cotangent[]): Cotangent[];
}

/** Watches a sweep: called after each entry with the cotangents that left and entered it. */
export type SweepListener = (entry: Entry, outgoing: readonly Cotangent[], incoming: readonly Cotangent[]) => void;

/**
 * Prepares the reverse sweep from `ys` to `xs` along a tape. `held` variables are constants, unless they are one of `xs`;
 * a held y passes on the cotangent it is given, and takes none from a later y: paths between two held ys are left out.
 * The sweep is a loop over the entries that lie between, so its depth does not grow with the tape.
 */
export function prepare(
  tape: Tape,
  ys: readonly (Tensor | null)[],
  xs: readonly Recorded[],
  held: Iterable<Recorded> = [],
  listener?: SweepListener,
): Sweep {
  const ends = ys.map((given) => {
    const y = seenOn(given, tape);
    return y instanceof Recorded && y.trace === tape ? y.id : -1;
  });
  const starts = xs.map((x) => x.id);
  const lowest = starts.reduce((a, b) => Math.min(a, b), tape.count);
  const highest = ends.reduce((a, b) => Math.max(a, b), -1);
  const range = { lowest, highest, from: firstAfter(tape.entries, lowest), to: firstAfter(tape.entries, highest) };
  const onPath = mark(tape, range, starts, held);
  const isStart = new Set(starts);

  return (cts) => {
    const flowing = new Array<Cotangent>(onPath.length).fill(null);
    const give = (id: number, ct: Tensor): void => {
      const sum = flowing[id - lowest];
      flowing[id - lowest] = sum ? add(sum, ct) : ct;
    };
    ends.forEach((id, i) => {
      const ct = cts[i];
      if (ct && id >= lowest) give(id, ct);
    });
    const { places } = tape;
    const outer = currentPlace();
    if (places !== null) startSweep(ys, cts);
    for (let e = range.to - 1; e >= range.from; e--) {
      const entry = tape.entries[e] as Entry; // from ≤ e < to ≤ length
      const outgoing = takeCotangents(entry, flowing, lowest, isStart);
      if (outgoing === null) continue;
      const wanted = wantedOf(entry, onPath, lowest);
      if (wanted === null) continue;
      if (places !== null) standAt(inPullback(places[e] ?? outer, entry.primitive));
      const incoming = pullEntry(entry, outgoing, wanted);
      for (let i = 0; i < wanted.length; i++) {
        const ct = incoming[i];
        if (wanted[i] && ct) give(entry.operands[i] as number, checkCotangent(entry.primitive, i, ct, entry.inputs[i])); // as long as wanted
      }
      listener?.(entry, outgoing, incoming);
    }
    if (places !== null) standAt(outer);
    return starts.map((id) => flowing[id - lowest] ?? null);
  };
}

/** Tells a debugger from which values cotangents are pulled back. */
function startSweep(ys: readonly (Tensor | null)[], cts: readonly Cotangent[]): void {
  watch?.sweeps(ys.filter((y, i): y is Tensor => y !== null && !!cts[i]));
}

/** Where the rules of an op run: where it ran, in its pullback. */
const inPullback = ({ line, scope }: Place, { name }: AnyPrimitive): Place => ({
  line,
  scope: [...scope, { pullback: name }],
});

/** The variables and entries between the ends of a sweep. */
interface Range {
  readonly lowest: number;
  readonly highest: number;
  readonly from: number;
  readonly to: number;
}

/** One reverse sweep: see `prepare`. */
export const pull = (
  tape: Tape,
  ys: readonly Tensor[],
  cts: readonly Cotangent[],
  xs: readonly Recorded[],
): Cotangent[] => prepare(tape, ys, xs)(cts);

/** Marks the variables from `lowest` to `highest` that depend on a start; held ones stop the marking. */
function mark(
  tape: Tape,
  { lowest, highest, from, to }: Range,
  starts: readonly number[],
  held: Iterable<Recorded>,
): Uint8Array {
  const last = starts.reduce((a, b) => Math.max(a, b), highest);
  const onPath = new Uint8Array(Math.max(0, last - lowest + 1));
  const blocked = new Set([...held].map((x) => x.id));
  for (const id of starts) blocked.delete(id);
  for (const id of starts) onPath[id - lowest] = 1;
  for (let e = from; e < to; e++) {
    const { operands, outputs, first } = tape.entries[e] as Entry; // from ≤ e < to ≤ length
    if (!reached(operands, onPath, lowest)) continue;
    for (let k = 0; k < outputs.length; k++) if (!blocked.has(first + k)) onPath[first + k - lowest] = 1;
  }
  return onPath;
}

function reached(operands: readonly number[], onPath: Uint8Array, lowest: number): boolean {
  for (const id of operands) if (id >= lowest && onPath[id - lowest] === 1) return true;
  return false;
}

/** Which operands of an entry lie on the path; null when none does. */
function wantedOf({ operands }: Entry, onPath: Uint8Array, lowest: number): boolean[] | null {
  if (!reached(operands, onPath, lowest)) return null;
  const wanted = new Array<boolean>(operands.length);
  for (let i = 0; i < wanted.length; i++) {
    const id = operands[i] as number; // equally long
    wanted[i] = id >= lowest && onPath[id - lowest] === 1;
  }
  return wanted;
}

/** Removes and returns the cotangents of an entry's outputs, or null when there are none. A start keeps its own. */
function takeCotangents(
  entry: Entry,
  flowing: Cotangent[],
  lowest: number,
  isStart: ReadonlySet<number>,
): Cotangent[] | null {
  const { first, outputs } = entry;
  let cts: Cotangent[] | null = null;
  for (let k = 0; k < outputs.length; k++) {
    const ct = flowing[first + k - lowest];
    if (!ct) continue;
    cts ??= new Array<Cotangent>(outputs.length).fill(null);
    cts[k] = ct;
    if (!isStart.has(first + k)) flowing[first + k - lowest] = null;
  }
  return cts;
}

/** Runs the rules of one entry for the wanted operands. */
export function pullEntry(entry: Entry, cts: readonly Cotangent[], wanted: readonly boolean[]): readonly Cotangent[] {
  const { primitive, inputs, outputs } = entry;
  if (seals !== null) {
    checkSeals('pullback', inputs, (i) => `operand ${i} of ${primitive.name}`);
    checkSeals('pullback', outputs, (k) => `result ${k} of ${primitive.name}`);
  }
  if (primitive.jointPullback !== undefined) return primitive.jointPullback(cts, entry, wanted);
  const incoming = new Array<Cotangent>(wanted.length).fill(null);
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i]) incoming[i] = (pullbackOf(primitive, i) ?? refuse(entry, i))(cts, entry);
  }
  return incoming;
}

function refuse({ primitive, inputs }: Entry, input: number): never {
  const type = inputs[input];
  throw new NotDifferentiableError(
    primitive.name,
    `has no derivative with respect to operand ${input}${type ? ` (${formatType(type)})` : ''}. ` +
      'Wrap that operand in stopGradient if it is meant as a constant.',
  );
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

import { known, type Origin, type VarId } from '@throughline/autograd/back-end';
import { Concrete, dtypes } from '@throughline/tensor';
import { grouped } from '../collections.ts';
import type { Draft } from './draft.ts';
import { rewriteSums, type Term } from './joins.ts';
import type { Pass } from './pass.ts';

/**
 * Sums of parts that do not overlap, each among zeros, are these parts joined (reassociating: a −0 among zeros becomes 0
 * in the sum, and stays −0 in the join). So the cotangent of an array that was cut by slices is written once.
 */
export const joinPads: Pass = (program, say) => {
  if (!program.equations.some(({ primitive }) => primitive === known.pad)) return program;
  let joined = 0;
  const after = rewriteSums(program, (terms, { origin }, draft) => {
    const parts = apart(terms.map((term) => partOf(term, draft)).filter((part) => part !== null));
    if (parts.length === 0) return null;
    joined += parts.length;
    const gone = new Set(parts.map(({ term }) => term));
    const rest = terms.filter(({ id }) => !gone.has(id));
    return rest.reduce((sum, { id }) => draft.one(known.add, [sum, id], {}, origin), writeJoined(parts, draft, origin));
  });
  if (joined > 0) say?.(joined);
  return after;
};

/** A term that is zero but for a range of one axis. */
interface Part {
  readonly term: VarId;
  readonly inside: VarId;
  readonly axis: number;
  /** Where it begins and ends in the whole. */
  readonly low: number;
  readonly stop: number;
}

/** Two parts or more of one axis, in order, that do not overlap. */
function apart(all: readonly Part[]): readonly Part[] {
  for (const ofAxis of grouped(all, ({ axis }) => axis).values()) {
    let end = 0;
    const parts = ofAxis
      .sort((p, q) => p.low - q.low)
      .filter(({ low, stop }) => {
        if (low < end) return false;
        end = stop;
        return true;
      });
    if (parts.length > 1) return parts;
  }
  return [];
}

function partOf({ id, maker }: Term, { type }: Draft): Part | null {
  if (maker?.primitive !== known.pad) return null;
  const { low, high, interior } = maker.params as unknown as Readonly<Record<string, readonly number[]>>; // of pad
  if (low === undefined || high === undefined || interior?.some((gap) => gap > 0)) return null;
  const [axis, ...others] = low.flatMap((count, at) => (count + (high[at] ?? 0) > 0 ? [at] : []));
  if (axis === undefined || others.length > 0) return null;
  const stop = (type(id).shape[axis] ?? 0) - (high[axis] ?? 0);
  return { term: id, inside: maker.inputs[0] as VarId, axis, low: low[axis] ?? 0, stop }; // pad has one operand
}

/** The parts side by side, with zeros where none is. */
function writeJoined(parts: readonly Part[], draft: Draft, origin: Origin | undefined): VarId {
  const [{ axis, term }] = parts as readonly [Part]; // there are two
  const { dtype, shape } = draft.type(term);
  const pieces: VarId[] = [];
  let end = 0;
  const fillTo = (place: number): void => {
    if (place === end) return;
    const zero = draft.hold(new Concrete(dtypes[dtype].allocate(1), dtype, []));
    pieces.push(draft.one(known.broadcastTo, [zero], { shape: shape.with(axis, place - end) }, origin));
  };
  for (const { inside, low, stop } of parts) {
    fillTo(low);
    pieces.push(inside);
    end = stop;
  }
  fillTo(shape[axis] as number); // the axis is one of its
  return draft.one(known.concat, pieces, { axis }, origin);
}

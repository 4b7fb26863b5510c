/** A variable that stands for a position along an axis. Negative: bound by the sum that a term is. */
export type Place = number;

/** A whole number made of places: `offset + Σ times · base`. What stands between the brackets of x[i, 2j + 1]. */
export interface Index {
  readonly offset: number;
  readonly terms: readonly IndexTerm[];
  /** Equal keys: equal indices. */
  readonly key: string;
}

interface IndexTerm {
  readonly times: number;
  readonly base: Base;
}

type Base =
  | { readonly place: Place }
  /** The quotient or the rest of a division that does not come out, as reshapes make them. */
  | { readonly op: 'div' | 'mod'; readonly of: Index; readonly by: number };

/** How many positions a place has. */
export type Extents = (place: Place) => number;

const baseKey = (base: Base): string => ('place' in base ? `v${base.place}` : `${base.op}(${base.of.key},${base.by})`);

function build(offset: number, terms: readonly IndexTerm[]): Index {
  const key = [...terms.map(({ times, base }) => (times === 1 ? '' : `${times}*`) + baseKey(base)), `${offset}`];
  return { offset, terms, key: (offset === 0 && terms.length > 0 ? key.slice(0, -1) : key).join('+') };
}

export const fixed = (offset: number): Index => build(offset, []);
export const NONE: Index = fixed(0);
export const placeIndex = (place: Place): Index => build(0, [{ times: 1, base: { place } }]);

/** Σ times · index + offset. */
export function combine(parts: readonly { readonly times: number; readonly of: Index }[], offset = 0): Index {
  let total = offset;
  const found = new Map<string, IndexTerm>();
  for (const { times, of } of parts) {
    total += times * of.offset;
    for (const term of of.terms) {
      const key = baseKey(term.base);
      found.set(key, { base: term.base, times: (found.get(key)?.times ?? 0) + times * term.times });
    }
  }
  const terms = [...found].filter(([, term]) => term.times !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return build(
    total,
    terms.map(([, term]) => term),
  );
}

/** The place that an index is, with nothing added. */
export function onlyPlace(index: Index): { readonly place: Place; readonly times: number } | undefined {
  const [term, ...more] = index.terms;
  return term !== undefined && more.length === 0 && 'place' in term.base
    ? { place: term.base.place, times: term.times }
    : undefined;
}

/** Every place in an index. */
export const placesIn = (index: Index): Place[] =>
  index.terms.flatMap(({ base }) => ('place' in base ? [base.place] : placesIn(base.of)));

export const hasBound = (index: Index): boolean => placesIn(index).some((place) => place < 0);

/** The smallest and the largest value that an index takes. */
export function span(index: Index, extents: Extents): readonly [number, number] {
  let [low, high] = [index.offset, index.offset];
  for (const { times, base } of index.terms) {
    const [from, to] = baseSpan(base, extents);
    low += times > 0 ? times * from : times * to;
    high += times > 0 ? times * to : times * from;
  }
  return [low, high];
}

function baseSpan(base: Base, extents: Extents): readonly [number, number] {
  if ('place' in base) return [0, Math.max(0, extents(base.place) - 1)];
  if (base.op === 'mod') return [0, base.by - 1];
  const [low, high] = span(base.of, extents);
  return [Math.floor(low / base.by), Math.floor(high / base.by)];
}

/** Quotient and rest; they come out where the rest lies within 0 … by − 1 whatever the places are. */
export function divide(index: Index, by: number, extents: Extents): { readonly quotient: Index; readonly rest: Index } {
  if (by === 1) return { quotient: index, rest: NONE };
  const whole = index.terms.filter(({ times }) => times % by === 0);
  const left = index.terms.filter(({ times }) => times % by !== 0);
  const steps = Math.floor(index.offset / by);
  const quotient = build(
    steps,
    whole.map(({ times, base }) => ({ times: times / by, base })),
  );
  const rest = build(index.offset - steps * by, left);
  const [low, high] = span(rest, extents);
  if (low >= 0 && high < by) return { quotient, rest };
  const inner = (op: 'div' | 'mod'): Index => build(0, [{ times: 1, base: { op, of: rest, by } }]);
  return {
    quotient: combine([
      { times: 1, of: quotient },
      { times: 1, of: inner('div') },
    ]),
    rest: inner('mod'),
  };
}

/** The index with other indices in its places' stead. */
export function replace(index: Index, by: (place: Place) => Index | undefined, extents: Extents): Index {
  const [only] = index.terms;
  if (only === undefined) return index;
  if (index.terms.length === 1 && only.times === 1 && index.offset === 0 && 'place' in only.base) {
    return by(only.base.place) ?? index;
  }
  return combine(
    index.terms.map(({ times, base }) => ({ times, of: replaceBase(base, by, extents) })),
    index.offset,
  );
}

function replaceBase(base: Base, by: (place: Place) => Index | undefined, extents: Extents): Index {
  if ('place' in base) return by(base.place) ?? placeIndex(base.place);
  const { quotient, rest } = divide(replace(base.of, by, extents), base.by, extents);
  return base.op === 'div' ? quotient : rest;
}

/** An index as one writes it, with names for places. */
export function indexText(index: Index, name: (place: Place) => string): string {
  const terms = index.terms.map(({ times, base }, i) => {
    const text = 'place' in base ? name(base.place) : `${base.op}(${indexText(base.of, name)}, ${base.by})`;
    const size = Math.abs(times) === 1 ? text : `${Math.abs(times)}${text}`;
    return i === 0 ? `${times < 0 ? '−' : ''}${size}` : ` ${times < 0 ? '−' : '+'} ${size}`;
  });
  if (terms.length === 0) return `${index.offset}`;
  const offset = index.offset === 0 ? '' : ` ${index.offset < 0 ? '−' : '+'} ${Math.abs(index.offset)}`;
  return terms.join('') + offset;
}

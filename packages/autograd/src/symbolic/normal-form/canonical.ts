import type { Factor, Range, Term } from './form.ts';
import {
  combine,
  type Extents,
  fixed,
  type Index,
  onlyPlace,
  type Place,
  placeIndex,
  placesIn,
  replace,
  span,
} from './places.ts';
import { exactly, isWhole, isZero, ONE, plus, type Rational, signOf, times } from './rational.ts';

const factorKey = ({ atom, at, power }: Factor): string =>
  `#${atom.id}[${at.map(({ key }) => key).join()}]${power.over === 1n && power.under === 1n ? '' : `^${power.over}/${power.under}`}`;
const rangeKey = ({ of, low, high }: Range): string => `{${low}≤${of.key}<${high}}`;

/** A term in which like factors are one, ranges are narrow and needed, and bound places have the names they must have. */
export function canonical(raw: Omit<Term, 'key'>, free: Extents): Term | null {
  let { coefficient, ranges, bound } = raw;
  let factors = merge(raw.factors);
  if (isZero(coefficient) || factors === null) return null;
  // Each pass removes a range or a bound place, or turns one round, so this ends.
  for (;;) {
    const extents: Extents = (place) => (place < 0 ? (bound[-1 - place] ?? 1) : free(place));
    const narrowed = narrow(ranges, extents);
    if (narrowed === null) return null;
    ranges = narrowed;
    const change =
      absorbRange(ranges, bound) ?? trivialPlace(ranges, factors, bound) ?? backwards(ranges, factors, bound);
    if (change === null) break;
    if (change.count === 0) return null;
    coefficient = times(coefficient, exactly(change.count));
    const move = (index: Index): Index => replace(index, change.by, extents);
    ranges = ranges.filter((range) => range !== change.range).map((range) => ({ ...range, of: move(range.of) }));
    const moved = merge(factors.map((factor) => ({ ...factor, at: factor.at.map(move) })));
    if (moved === null) return null;
    factors = moved;
    bound = change.bound;
  }
  return nameBound({ coefficient, ranges, bound, factors });
}

/** Like factors as one, choices to the power of one; null when the product is 0. */
function merge(factors: readonly Factor[]): Factor[] | null {
  const found = new Map<string, Factor>();
  for (const factor of factors) {
    const key = factorKey({ ...factor, power: ONE });
    const known = found.get(key);
    const power = known === undefined ? factor.power : plus(known.power, factor.power);
    found.set(key, { ...factor, power: factor.atom.isChoice && signOf(power) > 0 ? ONE : power });
  }
  return [...found.values()].filter(({ power }) => !isZero(power));
}

/** Ranges of one index as one, without those that always hold; null when they never do. */
function narrow(ranges: readonly Range[], extents: Extents): Range[] | null {
  const found = new Map<string, Range>();
  for (const range of ranges) {
    const [least, most] = span(range.of, extents);
    const known = found.get(range.of.key);
    const low = Math.max(range.low, known?.low ?? least);
    const high = Math.min(range.high, known?.high ?? most + 1);
    if (low >= high) return null;
    found.set(range.of.key, { of: range.of, low, high });
  }
  return [...found.values()].filter(({ of, low, high }) => {
    const [least, most] = span(of, extents);
    return low > least || high <= most;
  });
}

interface Change {
  readonly by: (place: Place) => Index | undefined;
  readonly bound: readonly number[];
  /** What the term is to be multiplied by. */
  readonly count: number;
  readonly range?: Range;
}

/** A range on one bound place alone is a shorter sum. */
function absorbRange(ranges: readonly Range[], bound: readonly number[]): Change | null {
  for (const range of ranges) {
    const only = onlyPlace(range.of);
    if (only === undefined || only.place >= 0 || Math.abs(only.times) !== 1) continue;
    const { place, times: sign } = only;
    // low ≤ ±p + offset < high
    const start = sign === 1 ? range.low - range.of.offset : range.of.offset - range.high + 1;
    const moved = combine([{ times: 1, of: placeIndex(place) }], start);
    return {
      by: (p) => (p === place ? moved : undefined),
      bound: bound.with(-1 - place, range.high - range.low),
      count: 1,
      range,
    };
  }
  return null;
}

/** A bound place of one position, or one that nothing depends on. */
function trivialPlace(ranges: readonly Range[], factors: readonly Factor[], bound: readonly number[]): Change | null {
  const used = new Set([
    ...ranges.flatMap(({ of }) => placesIn(of)),
    ...factors.flatMap(({ at }) => at.flatMap(placesIn)),
  ]);
  const k = bound.findIndex((extent, n) => extent <= 1 || !used.has(-1 - n));
  if (k < 0) return null;
  const own = -1 - k;
  // The places after it move up.
  const by = (place: Place): Index | undefined =>
    place === own ? fixed(0) : place < own ? placeIndex(place + 1) : undefined;
  return { by, bound: bound.toSpliced(k, 1), count: bound[k] ?? 0 };
}

/** A bound place that is only ever counted down: Σ over n − 1 − p is Σ over p. */
function backwards(ranges: readonly Range[], factors: readonly Factor[], bound: readonly number[]): Change | null {
  const indices = [...ranges.map(({ of }) => of), ...factors.flatMap(({ at }) => at)];
  for (const [k, extent] of bound.entries()) {
    const own = -1 - k;
    const uses = indices.filter((index) => placesIn(index).includes(own));
    const isDown = uses.every(({ terms }) =>
      terms.some(({ base, times: count }) => 'place' in base && base.place === own && count < 0),
    );
    if (!isDown) continue;
    const turned = combine([{ times: -1, of: placeIndex(own) }], extent - 1);
    return { by: (place) => (place === own ? turned : undefined), bound, count: 1 };
  }
  return null;
}

/** Names bound places in the one way that makes the key least among those that tell them apart. */
function nameBound(term: Omit<Term, 'key'>): Term {
  const { bound } = term;
  if (bound.length === 0) return keyed(term, (index) => index);
  const marks = bound.map((extent, k) => `${extent} ${signature(term, -1 - k)}`);
  const order = [...bound.keys()].toSorted((a, b) =>
    (marks[a] ?? '') < (marks[b] ?? '') ? -1 : (marks[a] ?? '') > (marks[b] ?? '') ? 1 : a - b,
  );
  let best: Term | null = null;
  for (const candidate of arrangements(order, marks)) {
    const names = new Map(candidate.map((k, n) => [-1 - k, placeIndex(-1 - n)]));
    const renamed = keyed({ ...term, bound: candidate.map((k) => bound[k] ?? 1) }, (index) =>
      replace(
        index,
        (place) => names.get(place),
        () => 1,
      ),
    );
    if (best === null || renamed.key < best.key) best = renamed;
  }
  return best as Term; // there is at least one arrangement
}

/** Where a bound place stands, other bound places blotted out. */
function signature({ ranges, factors }: Omit<Term, 'key'>, own: Place): string {
  const blot = (index: Index): string =>
    index.terms.length === 0 ? index.key : index.key.replaceAll(/v-\d+/g, (name) => (name === `v${own}` ? '!' : '?'));
  return [
    ...factors.map(({ atom, at, power }) => `#${atom.id}[${at.map(blot).join()}]^${power.over}/${power.under}`),
    ...ranges.map(({ of, low, high }) => `{${low} ${blot(of)} ${high}}`),
  ]
    .filter((text) => text.includes('!'))
    .toSorted()
    .join(' ');
}

/** All orders that differ only among places whose marks are equal, or a few of them. */
function arrangements(order: readonly number[], marks: readonly string[]): number[][] {
  let lists: number[][] = [[]];
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && marks[order[end] ?? 0] === marks[order[start] ?? 0]) end++;
    const group = order.slice(start, end);
    const orders = permutations(group);
    lists =
      lists.length * orders.length <= 120
        ? lists.flatMap((list) => orders.map((own) => [...list, ...own]))
        : lists.map((list) => [...list, ...group]);
    start = end;
  }
  return lists;
}

export function permutations<T>(list: readonly T[]): T[][] {
  if (list.length > 5) return [[...list]];
  if (list.length <= 1) return [[...list]];
  return list.flatMap((item, i) => permutations(list.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

function keyed(term: Omit<Term, 'key'>, move: (index: Index) => Index): Term {
  const ranges = term.ranges.map((range) => ({ ...range, of: move(range.of) }));
  const factors = term.factors.map((factor) => ({ ...factor, at: factor.at.map(move) }));
  const byKey = (keyOf: (x: never) => string) => (a: unknown, b: unknown) =>
    keyOf(a as never) < keyOf(b as never) ? -1 : 1;
  const parts = [...ranges.map(rangeKey).toSorted(), ...factors.map(factorKey).toSorted()];
  return {
    ...term,
    ranges: ranges.toSorted(byKey(rangeKey)),
    factors: factors.toSorted(byKey(factorKey)),
    key: `${term.bound.length > 0 ? `Σ${term.bound} ` : ''}${parts.join('·')}`,
  };
}

/** Whether a power is a whole number, as a number. */
export const wholePower = (power: Rational): number | undefined => (isWhole(power) ? Number(power.over) : undefined);

import { Algebra, EMPTY, formKey, sorted } from './algebra.ts';
import { permutations } from './canonical.ts';
import type { Atom, Form, Range } from './form.ts';
import { fixed, hasBound, type Index, onlyPlace, placeIndex, placesIn, replace, span } from './places.ts';

/** Forms taken apart at ranges, and written over formal places. */
export class Abstraction extends Algebra {
  /** Splits at the ranges that stand on free places, and puts what `f` makes of each part together. */
  piecewise(args: readonly Form[], f: (parts: readonly Form[]) => Form): Form {
    const split = firstRange(args);
    if (split === undefined) return f(args);
    const [least, most] = span(split.of, this.extents);
    const all = args.flatMap((arg) =>
      [...arg.values()].flatMap(({ ranges }) => ranges.filter(({ of }) => of.key === split.of.key)),
    );
    const cuts = [...new Set([least, most + 1, ...all.flatMap(({ low, high }) => [low, high])])]
      .filter((cut) => cut >= least && cut <= most + 1)
      .toSorted((a, b) => a - b);
    const parts = cuts.slice(1).map((high, n) => {
      const part = { of: split.of, low: cuts[n] ?? least, high };
      const only = high - part.low === 1 ? onlyPlace(part.of) : undefined;
      const known = only && Math.abs(only.times) === 1 ? only : undefined;
      // Where a place can only be one number, it is that number.
      const pin = new Map(known ? [[known.place, fixed(known.times * (part.low - part.of.offset))]] : []);
      const value = this.piecewise(
        args.map((arg) => this.substitute(this.#within(arg, part), pin)),
        f,
      );
      return this.multiply(this.range(part), value);
    });
    return this.add(...parts);
  }

  /** A form where a range is known to hold. */
  #within(form: Form, part: Range): Form {
    const terms = [...form.values()].flatMap((term) => {
      const own = term.ranges.find(({ of }) => of.key === part.of.key);
      if (own === undefined) return [term];
      if (own.low >= part.high || own.high <= part.low) return [];
      return [{ ...term, ranges: term.ranges.filter((range) => range !== own) }];
    });
    return this.add(EMPTY, EMPTY, ...terms.map((term) => this.term(term)));
  }

  /** A function about which nothing is known, or no more than the traits say. */
  opaque(op: string, args: readonly Form[], traits: Partial<Pick<Atom, 'isPositive' | 'isChoice'>> = {}): Form {
    const abstracted = this.abstract(args);
    return this.of(this.atom(op, abstracted.args, traits), abstracted.at);
  }

  /** Writes forms over formal places, as few and as free as can be: x[2i] becomes x[1], at 2i. */
  abstract(args: readonly Form[]): { readonly args: readonly Form[]; readonly at: readonly Index[] } {
    const found = new Map<string, Index>();
    const note = (index: Index): void => {
      if (!hasBound(index)) found.set(index.key, index);
      else for (const place of placesIn(index)) if (place > 0) found.set(placeIndex(place).key, placeIndex(place));
    };
    for (const arg of args) {
      for (const { factors, ranges } of arg.values()) {
        for (const { at } of factors) at.forEach(note);
        for (const { of } of ranges) note(of);
      }
    }
    const indices = [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
    let best: { key: string; args: readonly Form[]; at: readonly Index[] } | null = null;
    for (const at of indices.length <= 4 ? permutations(indices) : [indices]) {
      const formal = new Map(at.map(({ key }, k) => [key, placeIndex(k + 1)]));
      const renamed = args.map((arg) => this.#rename(arg, formal));
      const key = `${renamed.map(shapeKey).join(';')} ${renamed.map(formKey).join(';')}`;
      if (best === null || key < best.key) best = { key, args: renamed, at };
    }
    return best ?? { args, at: [] };
  }

  #rename(form: Form, formal: ReadonlyMap<string, Index>): Form {
    const move = (index: Index): Index =>
      formal.get(index.key) ??
      replace(
        index,
        (place) => (place > 0 ? formal.get(placeIndex(place).key) : undefined),
        () => Number.POSITIVE_INFINITY,
      );
    const terms = [...form.values()].map((term) =>
      this.term({
        ...term,
        ranges: term.ranges.map((range) => ({ ...range, of: move(range.of) })),
        factors: term.factors.map((factor) => ({ ...factor, at: factor.at.map(move) })),
      }),
    );
    return this.add(EMPTY, EMPTY, ...terms);
  }
}

/** The form's terms without their coefficients: what decides how formal places are numbered, before signs do. */
const shapeKey = (form: Form): string =>
  sorted(form)
    .map(({ key }) => key)
    .join(' + ');

function firstRange(args: readonly Form[]): Range | undefined {
  const ranges = args
    .flatMap((arg) => [...arg.values()].flatMap((term) => term.ranges))
    .filter(({ of }) => !hasBound(of));
  return ranges.toSorted((a, b) => (a.of.key < b.of.key ? -1 : 1))[0];
}

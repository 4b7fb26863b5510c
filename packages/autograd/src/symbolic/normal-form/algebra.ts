import { canonical } from './canonical.ts';
import { type Atom, type Factor, type Form, type Range, type Term, TooLarge } from './form.ts';
import { type Extents, hasBound, type Index, type Place, placeIndex, replace } from './places.ts';
import { exactly, isZero, negative, ONE, plus, type Rational, times, ZERO } from './rational.ts';

/** Terms beyond which a form is not worked on. */
const LIMIT = 4000;

export const EMPTY: Form = new Map();

/** Sums and products of forms. What functions mean stands in `functions.ts`. */
export class Algebra {
  readonly #extents = new Map<Place, number>();
  readonly #atoms = new Map<string, Atom>();
  #places = 1000; // below are formal places
  /** How a factor is rebuilt when substitution has made two of its positions one. */
  rebuild: (factor: Factor, args: readonly Form[]) => Form = () => EMPTY;
  /** What a factor with this power is equal to, where there is a law: sin² = 1 − cos². */
  reduce: (factor: Factor) => Form | null = () => null;
  /** What a product is equal to, where there is a law about its factors together. */
  reduceProduct: (term: Term) => Form | null = () => null;

  fresh(extent: number): Place {
    this.#places++;
    this.#extents.set(this.#places, extent);
    return this.#places;
  }

  readonly extents: Extents = (place) => this.#extents.get(place) ?? Number.POSITIVE_INFINITY;

  atom(op: string, args: readonly Form[], traits: Partial<Omit<Atom, 'id' | 'op' | 'args'>> = {}): Atom {
    const atom = { id: this.#atoms.size, op, args, isOpen: true, isChoice: false, isPositive: false, ...traits };
    // Traits count: input 0 may be a bool here and a number inside a loop.
    const key = `${op}(${args.map(formKey).join(';')}) ${atom.isOpen} ${atom.isChoice} ${atom.isPositive}`;
    const known = this.#atoms.get(key);
    if (known !== undefined) return known;
    this.#atoms.set(key, atom);
    return atom;
  }

  constant(value: Rational): Form {
    return isZero(value) ? EMPTY : this.term({ coefficient: value, bound: [], ranges: [], factors: [] });
  }

  number(value: number): Form {
    return this.constant(exactly(value));
  }

  of(atom: Atom, at: readonly Index[], power: Rational = ONE): Form {
    return this.term({ coefficient: ONE, bound: [], ranges: [], factors: [{ atom, at, power }] });
  }

  range(range: Range): Form {
    return this.term({ coefficient: ONE, bound: [], ranges: [range], factors: [] });
  }

  add(...forms: readonly Form[]): Form {
    const [first, second] = forms;
    if (first !== undefined && (second === undefined || second.size === 0) && forms.length <= 2) return first;
    const sum = new Map<string, Term>();
    for (const form of forms) for (const term of form.values()) accumulate(sum, term);
    return sum;
  }

  scale(form: Form, by: Rational): Form {
    if (isZero(by)) return EMPTY;
    if (by === ONE) return form;
    return new Map([...form].map(([key, term]) => [key, { ...term, coefficient: times(term.coefficient, by) }]));
  }

  subtract(a: Form, b: Form): Form {
    return this.add(a, this.scale(b, negative(ONE)));
  }

  multiply(a: Form, b: Form): Form {
    if (a.size * b.size > LIMIT) throw new TooLarge();
    const product = new Map<string, Term>();
    for (const x of a.values())
      for (const y of b.values()) for (const term of this.#product(x, y).values()) accumulate(product, term);
    return product;
  }

  power(form: Form, exponent: number): Form {
    let result = this.number(1);
    for (let n = 0; n < exponent; n++) result = this.multiply(result, form);
    return result;
  }

  /** Σ over a free place. */
  sum(form: Form, place: Place): Form {
    const extent = this.extents(place);
    const result = new Map<string, Term>();
    for (const { coefficient, bound, ranges, factors } of form.values()) {
      const own = placeIndex(-1 - bound.length);
      const moved = this.#move(ranges, factors, (p) => (p === place ? own : undefined), [...bound, extent]);
      for (const term of this.term({ coefficient, bound: [...bound, extent], ...moved }).values())
        accumulate(result, term);
    }
    return result;
  }

  /** The form with other indices in its free places' stead. */
  substitute(form: Form, by: ReadonlyMap<Place, Index>): Form {
    if (by.size === 0) return form;
    const result = new Map<string, Term>();
    for (const term of form.values()) {
      for (const moved of this.#substituteTerm(term, (place) => by.get(place)).values()) accumulate(result, moved);
    }
    return result;
  }

  #substituteTerm(term: Term, by: (place: Place) => Index | undefined): Form {
    const moved = this.#move(term.ranges, term.factors, by, term.bound);
    const merged = moved.factors.filter(({ atom, at }) => atom.isOpen && atom.args.length > 0 && hasTwice(at));
    const plain = this.term({ ...term, ...moved, factors: moved.factors.filter((factor) => !merged.includes(factor)) });
    if (merged.length === 0) return plain;
    if (merged.some(({ at }) => at.some(hasBound))) return this.term({ ...term, ...moved }); // stays as it is: sound, if not the one form
    return merged.reduce<Form>(
      (product, factor) => this.multiply(product, this.rebuild(factor, this.instantiate(factor))),
      plain,
    );
  }

  /** The arguments of a factor's atom at the factor's position. */
  instantiate({ atom, at }: Factor): Form[] {
    const by = new Map(at.map((index, k) => [k + 1, index]));
    return atom.args.map((arg) => this.substitute(arg, by));
  }

  #move(
    ranges: readonly Range[],
    factors: readonly Factor[],
    by: (place: Place) => Index | undefined,
    bound: readonly number[],
  ) {
    const extents: Extents = (place) => (place < 0 ? (bound[-1 - place] ?? 1) : this.extents(place));
    const move = (index: Index): Index => replace(index, by, extents);
    return {
      ranges: ranges.map((range) => ({ ...range, of: move(range.of) })),
      factors: factors.map((factor) => ({ ...factor, at: factor.at.map(move) })),
    };
  }

  #product(x: Term, y: Term): Form {
    const shift = (place: Place): Index | undefined => (place < 0 ? placeIndex(place - x.bound.length) : undefined);
    const other = x.bound.length === 0 ? y : this.#move(y.ranges, y.factors, shift, []);
    return this.term({
      coefficient: times(x.coefficient, y.coefficient),
      bound: [...x.bound, ...y.bound],
      ranges: [...x.ranges, ...other.ranges],
      factors: [...x.factors, ...other.factors],
    });
  }

  /** One term, brought to the form that equal terms share; laws about powers may make several of it. */
  term(raw: Omit<Term, 'key'>): Form {
    const term = canonical(raw, this.extents);
    if (term === null) return EMPTY;
    for (const factor of term.factors) {
      const reduced = this.reduce(factor);
      if (reduced === null) continue;
      const rest = this.term({ ...term, factors: term.factors.filter((other) => other !== factor) });
      return this.multiply(rest, reduced);
    }
    return this.reduceProduct(term) ?? new Map([[term.key, term]]);
  }
}

function accumulate(sum: Map<string, Term>, term: Term): void {
  const known = sum.get(term.key);
  const coefficient = known === undefined ? term.coefficient : plus(known.coefficient, term.coefficient);
  if (isZero(coefficient)) sum.delete(term.key);
  else sum.set(term.key, known === undefined ? term : { ...term, coefficient });
  if (sum.size > LIMIT) throw new TooLarge();
}

const hasTwice = (at: readonly Index[]): boolean => new Set(at.map(({ key }) => key)).size < at.length;

/** Terms in the order of their keys. */
export const sorted = (form: Form): Term[] => [...form.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));

export const formKey = (form: Form): string =>
  sorted(form)
    .map(({ coefficient, key }) => `${coefficient.over}/${coefficient.under} ${key}`)
    .join(' + ');

/** The number that a form is, if it is one. */
export function constantOf(form: Form): Rational | undefined {
  if (form.size === 0) return ZERO;
  const [term, ...more] = form.values();
  return term !== undefined && more.length === 0 && term.factors.length + term.ranges.length + term.bound.length === 0
    ? term.coefficient
    : undefined;
}

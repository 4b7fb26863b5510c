import type { ScalarExpression, ScalarOp } from '../../semantics.ts';
import { Algebra, constantOf, EMPTY, formKey, permutations, sorted, wholePower } from './algebra.ts';
import type { Atom, Factor, Form, Range, Term } from './form.ts';
import { fixed, hasBound, type Index, onlyPlace, placeIndex, placesIn, replace, span } from './places.ts';
import {
  absolute,
  HALF,
  isZero,
  MINUS_ONE,
  negative,
  ONE,
  plus,
  type Rational,
  ratio,
  reciprocal,
  sameRatio,
  signOf,
  times,
  ZERO,
} from './rational.ts';

/** Which functions are written as others, so that identities between them become identities of polynomials. */
export type Dialect = 'own' | 'sigmoid' | 'exp';

const TWO = ratio(2n);

/** The largest whole power that is multiplied out. */
const MOST_FACTORS = 12;

/** What scalar functions are on forms: the laws by which `equivalent` proves. */
export class Functions extends Algebra {
  readonly dialect: Dialect;
  constructor(dialect: Dialect) {
    super();
    this.dialect = dialect;
    this.rebuild = ({ atom, power }, args) => this.#rebuilt(atom.op, args, power);
    this.reduce = (factor) => this.#reduced(factor);
    this.reduceProduct = (term) => this.#reducedProduct(term);
  }

  /** An operation of a map on forms. A law here is one of the reals, where everything is finite. */
  apply(op: ScalarOp, args: readonly Form[]): Form {
    const [x = EMPTY, y = EMPTY, z = EMPTY] = args;
    switch (op) {
      case 'add':
        return this.add(x, y);
      case 'sub':
        return this.subtract(x, y);
      case 'neg':
        return this.scale(x, MINUS_ONE);
      case 'mul':
      case 'and':
        return this.multiply(x, y);
      case 'div':
        return this.multiply(x, this.inverse(y));
      case 'or':
        return this.subtract(this.add(x, y), this.multiply(x, y));
      case 'not':
        return this.subtract(this.number(1), x);
      case 'select':
        return this.add(z, this.multiply(x, this.subtract(y, z)));
      case 'less':
        return this.positive(this.subtract(y, x));
      case 'greater':
        return this.positive(this.subtract(x, y));
      case 'lessEqual':
        return this.subtract(this.number(1), this.positive(this.subtract(x, y)));
      case 'greaterEqual':
        return this.subtract(this.number(1), this.positive(this.subtract(y, x)));
      case 'equal':
        return this.zero(this.subtract(x, y));
      case 'notEqual':
        return this.subtract(this.number(1), this.zero(this.subtract(x, y)));
      case 'maximum':
        return this.add(y, this.#larger(this.subtract(x, y)));
      case 'minimum':
        return this.subtract(x, this.#larger(this.subtract(x, y)));
      case 'abs':
        return this.subtract(this.scale(this.#larger(x), TWO), x);
      case 'sign':
        return this.subtract(this.positive(x), this.positive(this.scale(x, MINUS_ONE)));
      case 'isFinite':
        return this.number(1);
      case 'pow':
        return this.#pow(x, y);
      case 'expm1':
        return this.subtract(this.function('exp', [x]), this.number(1));
      case 'log1p':
        return this.function('log', [this.add(x, this.number(1))]);
      default:
        return this.function(op, args);
    }
  }

  expression(expression: ScalarExpression, inputs: readonly Form[]): Form {
    if ('input' in expression) return inputs[expression.input] ?? EMPTY;
    if ('constant' in expression) return this.real(expression.constant);
    return this.apply(
      expression.op,
      expression.args.map((arg) => this.expression(arg, inputs)),
    );
  }

  /** A number; what is not finite is an atom. */
  real(value: number): Form {
    return Number.isFinite(value) ? this.number(value) : this.of(this.atom(`${value}`, []), []);
  }

  /** 1 where a form is positive. */
  positive(form: Form): Form {
    return this.function('positive', [form]);
  }

  /** 1 where a form is 0. */
  zero(form: Form): Form {
    return this.function('zero', [form]);
  }

  inverse(form: Form): Form {
    return this.function('inverse', [form]);
  }

  /** A function of forms, piece by piece where they are made of pieces. */
  function(op: string, args: readonly Form[]): Form {
    return this.piecewise(args, (parts) => this.#whole(op, parts));
  }

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

  #whole(op: string, args: readonly Form[]): Form {
    const [x = EMPTY] = args;
    switch (op) {
      case 'inverse':
        return this.#inverse(x);
      case 'positive':
      case 'zero':
        return this.#choice(op, x);
      case 'exp':
        return this.#exp(x);
      case 'log':
        return this.#log(x);
      case 'sqrt':
        return this.#opaque('sqrt', args, { isPositive: false });
      case 'tanh':
      case 'sigmoid':
      case 'softplus':
      case 'sin':
      case 'cos':
        return this.#symmetric(op, x);
      default:
        return this.#opaque(op, args);
    }
  }

  #rebuilt(op: string, args: readonly Form[], power: Rational): Form {
    const [x = EMPTY] = args;
    if (op === 'exp') return this.function('exp', [this.scale(x, power)]);
    const base = op === 'group' ? x : this.function(op, args);
    const exponent = wholePower(power) ?? 1;
    return exponent < 0 ? this.power(this.inverse(base), -exponent) : this.power(base, exponent);
  }

  /** Powers about which there is a law. */
  #reduced(factor: Factor): Form | null {
    const { atom, at, power } = factor;
    const exponent = wholePower(power);
    if (exponent === undefined) return null;
    const rest = (n: number): Form => this.of(atom, at, ratio(BigInt(n)));
    if (atom.op === 'group' && exponent > 0 && !at.some(hasBound))
      return this.power(this.instantiate(factor)[0] ?? EMPTY, exponent);
    if (atom.op === 'sin' && exponent >= 2) {
      const cos = this.of(this.atom('cos', atom.args), at, TWO);
      return this.multiply(this.subtract(this.number(1), cos), rest(exponent - 2));
    }
    if (atom.op === 'sqrt' && (exponent >= 2 || exponent < 0) && !at.some(hasBound)) {
      const [inside = EMPTY] = this.instantiate(factor);
      return exponent < 0
        ? this.multiply(this.inverse(inside), rest(exponent + 2))
        : this.multiply(inside, rest(exponent - 2));
    }
    return null;
  }

  /** [x = 0] · [x > 0] = 0, and where x = 0 one of its terms is minus the others. */
  #reducedProduct(term: Term): Form | null {
    const zeros = term.factors.filter(({ atom }) => atom.op === 'zero');
    const [zero] = zeros;
    if (zero === undefined) return null;
    const opposite = this.atom('positive', zero.atom.args, { isChoice: true });
    if (term.factors.some(({ atom, at }) => atom === opposite && sameAt(at, zero.at))) return EMPTY;
    if (zeros.length > 1 || zero.at.some(hasBound)) return null;
    const leading = sorted(zero.atom.args[0] ?? EMPTY).find(({ factors }) => factors.length > 0);
    if (leading === undefined) return null;
    const [lead, ...more] =
      this.instantiate({ ...zero, atom: { ...zero.atom, args: [this.term(leading)] } })[0]?.values() ?? [];
    const rest = this.term({ ...term, factors: term.factors.filter((factor) => factor !== zero) });
    const [product] = rest.values();
    if (lead === undefined || more.length > 0 || product === undefined || !divides(lead, product)) return null;
    const others = this.subtract(this.instantiate(zero)[0] ?? EMPTY, new Map([[lead.key, lead]]));
    if ([...others.values()].some((other) => divides(lead, other))) return null;
    const quotient = lead.factors.reduce(
      (form, { atom, at, power }) => this.multiply(form, this.of(atom, at, negative(power))),
      this.scale(rest, negative(reciprocal(lead.coefficient))),
    );
    return this.multiply(this.multiply(quotient, others), this.of(zero.atom, zero.at));
  }

  /** x where x > 0, else 0. */
  #larger(x: Form): Form {
    return this.multiply(this.positive(x), x);
  }

  #pow(x: Form, y: Form): Form {
    const exponent = constantOf(y);
    const whole = exponent && wholePower(exponent);
    if (whole !== undefined && Math.abs(whole) <= MOST_FACTORS) {
      return whole < 0 ? this.power(this.inverse(x), -whole) : this.power(x, whole);
    }
    if (exponent && sameRatio(exponent, HALF)) return this.function('sqrt', [x]);
    return this.function('pow', [x, y]);
  }

  /** 1 / x: of one product, factor by factor; of a sum, an atom whose first coefficient is 1. */
  #inverse(x: Form): Form {
    const [term, ...more] = sorted(x);
    if (term === undefined) return this.#opaque('inverse', [x]);
    const isProduct = more.length === 0 && term.bound.length + term.ranges.length === 0;
    if (isProduct && term.factors.every(({ atom }) => !atom.isChoice)) {
      return this.scale(
        term.factors.reduce(
          (product, { atom, at, power }) => this.multiply(product, this.of(atom, at, negative(power))),
          this.number(1),
        ),
        reciprocal(term.coefficient),
      );
    }
    const common = commonFactors(x);
    const outside = common.reduce(
      (product, { atom, at, power }) => this.multiply(product, this.of(atom, at, negative(power))),
      this.number(1),
    );
    const inside = this.multiply(x, outside);
    const { args, at } = this.abstract([inside]);
    const lead = sorted(args[0] ?? EMPTY)[0]?.coefficient ?? ONE;
    const group = this.atom('group', [this.scale(args[0] ?? EMPTY, reciprocal(lead))]);
    return this.scale(this.multiply(outside, this.of(group, at, MINUS_ONE)), reciprocal(lead));
  }

  /** `positive` and `zero`: of numbers known, otherwise of a form without its size and without what is positive anyway. */
  #choice(op: 'positive' | 'zero', x: Form): Form {
    const known = constantOf(x);
    if (known !== undefined) return this.number((op === 'zero' ? isZero(known) : signOf(known) > 0) ? 1 : 0);
    const [term, ...more] = sorted(x);
    if (term !== undefined && more.length === 0) {
      const certain = term.factors.find(({ atom, power }) => atom.isPositive || (atom.isChoice && signOf(power) > 0));
      if (certain !== undefined && !certain.at.some(hasBound)) {
        const rest = this.#choice(
          op,
          this.term({ ...term, factors: term.factors.filter((factor) => factor !== certain) }),
        );
        if (certain.atom.isPositive) return rest;
        const choice = this.of(certain.atom, certain.at);
        const both = this.multiply(choice, rest);
        return op === 'positive' ? both : this.add(this.subtract(this.number(1), choice), both);
      }
    }
    const { args, at } = this.abstract([x]);
    const lead = sorted(args[0] ?? EMPTY)[0]?.coefficient ?? ONE;
    const made = (sign: Rational): Form => {
      const scaled = this.scale(args[0] ?? EMPTY, times(sign, reciprocal(absolute(lead))));
      return this.of(this.atom(op, [scaled], { isChoice: true }), at);
    };
    if (op === 'zero') return made(signOf(lead) < 0 ? MINUS_ONE : ONE);
    if (signOf(lead) > 0) return made(ONE);
    // [−x > 0] = 1 − [x > 0] − [x = 0]
    const flipped = this.scale(args[0] ?? EMPTY, negative(reciprocal(absolute(lead))));
    const zero = this.of(this.atom('zero', [flipped], { isChoice: true }), at);
    return this.subtract(this.subtract(this.number(1), made(MINUS_ONE)), zero);
  }

  /** exp of a sum is a product: one atom per term, its coefficient the power. */
  #exp(x: Form): Form {
    let product = this.number(1);
    for (const term of sorted(x)) {
      const { args, at } = this.abstract([this.term({ ...term, coefficient: ONE })]);
      product = this.multiply(product, this.of(this.atom('exp', args, { isPositive: true }), at, term.coefficient));
    }
    return product;
  }

  #log(x: Form): Form {
    const [term, ...more] = x.values();
    const isProduct = term !== undefined && more.length === 0 && term.bound.length + term.ranges.length === 0;
    if (isProduct && sameRatio(term.coefficient, ONE) && term.factors.every(({ atom }) => atom.op === 'exp')) {
      return this.add(
        EMPTY,
        EMPTY,
        ...term.factors.map((factor) => this.scale(this.instantiate(factor)[0] ?? EMPTY, factor.power)),
      );
    }
    return this.#opaque('log', [x]);
  }

  /** Functions with a law for f(−x), and what they are in terms of others. */
  #symmetric(op: 'tanh' | 'sigmoid' | 'softplus' | 'sin' | 'cos', x: Form): Form {
    if (x.size === 0) {
      if (op === 'softplus') return this.function('log', [this.number(2)]);
      return op === 'sigmoid' ? this.constant(HALF) : this.number(op === 'cos' ? 1 : 0);
    }
    if (op === 'tanh' && this.dialect !== 'own') {
      return this.subtract(this.scale(this.#symmetric('sigmoid', this.scale(x, TWO)), TWO), this.number(1));
    }
    if (this.dialect === 'exp' && (op === 'sigmoid' || op === 'softplus')) {
      const rising = this.add(this.number(1), this.function('exp', [x]));
      return op === 'softplus'
        ? this.function('log', [rising])
        : this.multiply(this.function('exp', [x]), this.inverse(rising));
    }
    const { args, at } = this.abstract([x]);
    const [own = EMPTY] = args;
    const isFlipped = signOf(sorted(own)[0]?.coefficient ?? ONE) < 0;
    const arg = isFlipped ? this.scale(own, MINUS_ONE) : own;
    const value = this.of(this.atom(op, [arg], { isPositive: op === 'sigmoid' || op === 'softplus' }), at);
    if (!isFlipped || op === 'cos') return value;
    if (op === 'sigmoid') return this.subtract(this.number(1), value);
    // log(1 + e⁻ˣ) = log(1 + eˣ) − x
    return op === 'softplus' ? this.add(value, x) : this.scale(value, MINUS_ONE);
  }

  #opaque(op: string, args: readonly Form[], traits: Partial<Pick<Atom, 'isPositive' | 'isChoice'>> = {}): Form {
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

  /** Multiplies sums under the line away, as long as there are any, and says whether 0 is left. */
  isZero(form: Form): boolean {
    let holds = true;
    this.piecewise([form], ([part = EMPTY]) => {
      if (holds) holds = this.#clear(part).size === 0;
      return EMPTY;
    });
    return holds;
  }

  #clear(form: Form): Form {
    let left = form;
    for (let round = 0; round < 40; round++) {
      const under = [...left.values()].flatMap(({ factors }) =>
        factors.filter(({ atom, at, power }) => atom.op === 'group' && signOf(power) < 0 && !at.some(hasBound)),
      )[0];
      if (under === undefined) return left;
      const isSame = ({ atom, at }: Factor): boolean => atom === under.atom && sameAt(at, under.at);
      const powerIn = ({ factors }: Term): number => -(wholePower(factors.find(isSame)?.power ?? ZERO) ?? 0);
      const most = Math.max(...[...left.values()].map(powerIn));
      const [group = EMPTY] = this.instantiate(under);
      const parts = [...left.values()].map((term) => {
        const rest = this.term({ ...term, factors: term.factors.filter((factor) => !isSame(factor)) });
        return this.multiply(rest, this.power(group, most - powerIn(term)));
      });
      left = this.add(EMPTY, EMPTY, ...parts);
    }
    return left;
  }
}

/** The form's terms without their coefficients: what decides how formal places are numbered, before signs do. */
const shapeKey = (form: Form): string =>
  sorted(form)
    .map(({ key }) => key)
    .join(' + ');

const sameAt = (a: readonly Index[], b: readonly Index[]): boolean =>
  a.length === b.length && a.every(({ key }, k) => key === b[k]?.key);

/** Whether a product has every factor of another, as often; of those without sums, ranges, choices and odd powers. */
function divides(a: Term, b: Term): boolean {
  if (a.bound.length + a.ranges.length > 0 || a.factors.length === 0) return false;
  return a.factors.every(({ atom, at, power }) => {
    const other = b.factors.find((factor) => factor.atom === atom && sameAt(factor.at, at));
    const [own, whole] = [wholePower(power), other && wholePower(other.power)];
    return !atom.isChoice && own !== undefined && own > 0 && whole !== undefined && whole >= own;
  });
}

function firstRange(args: readonly Form[]): Range | undefined {
  const ranges = args
    .flatMap((arg) => [...arg.values()].flatMap((term) => term.ranges))
    .filter(({ of }) => !hasBound(of));
  return ranges.toSorted((a, b) => (a.of.key < b.of.key ? -1 : 1))[0];
}

/** Factors, each to the least power that it has in any term; not choices, which may be 0. */
function commonFactors(form: Form): Factor[] {
  const terms = [...form.values()];
  if (terms.some(({ bound, ranges }) => bound.length + ranges.length > 0)) return [];
  const keyOf = (factor: Factor): string => `${factor.atom.id} ${factor.at.map(({ key }) => key)}`;
  const all = new Map(terms.flatMap(({ factors }) => factors).map((factor) => [keyOf(factor), factor]));
  return [...all].flatMap(([key, factor]) => {
    if (factor.atom.isChoice) return [];
    const powers = terms.map(({ factors }) => factors.find((other) => keyOf(other) === key)?.power ?? ZERO);
    const power = powers.reduce((a, b) => (signOf(plus(a, negative(b))) > 0 ? b : a));
    return isZero(power) ? [] : [{ ...factor, power }];
  });
}

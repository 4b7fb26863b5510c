import { Abstraction } from './abstraction.ts';
import { constantOf, EMPTY, sorted } from './algebra.ts';
import { wholePower } from './canonical.ts';
import type { Factor, Form, Term } from './form.ts';
import { hasBound, type Index } from './places.ts';
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

export const TWO = ratio(2n);

/** The laws of functions of forms, by which `equivalent` proves. Each is one of the reals, where everything is finite. */
export class Laws extends Abstraction {
  readonly dialect: Dialect;
  constructor(dialect: Dialect) {
    super();
    this.dialect = dialect;
    this.rebuild = ({ atom, power }, args) => this.#rebuilt(atom.op, args, power);
    this.reduce = (factor) => this.#reduced(factor);
    this.reduceProduct = (term) => this.#reducedProduct(term);
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
        return this.opaque('sqrt', args, { isPositive: false });
      case 'tanh':
      case 'sigmoid':
      case 'softplus':
      case 'sin':
      case 'cos':
        return this.#symmetric(op, x);
      default:
        return this.opaque(op, args);
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

  /** 1 / x: of one product, factor by factor; of a sum, an atom whose first coefficient is 1. */
  #inverse(x: Form): Form {
    const [term, ...more] = sorted(x);
    if (term === undefined) return this.opaque('inverse', [x]);
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
    return this.opaque('log', [x]);
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
}

/** Whether two positions are one. */
export const sameAt = (a: readonly Index[], b: readonly Index[]): boolean =>
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

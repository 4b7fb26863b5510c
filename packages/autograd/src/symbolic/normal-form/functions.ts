import type { ScalarExpression, ScalarOp } from '../../semantics.ts';
import { constantOf, EMPTY } from './algebra.ts';
import { wholePower } from './canonical.ts';
import type { Factor, Form, Term } from './form.ts';
import { Laws, sameAt, TWO } from './laws.ts';
import { hasBound } from './places.ts';
import { HALF, MINUS_ONE, sameRatio, signOf, ZERO } from './rational.ts';

/** The largest whole power that is multiplied out. */
const MOST_FACTORS = 12;

/** What scalar functions are on forms: the laws by which `equivalent` proves. */
export class Functions extends Laws {
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
    const args = expression.args.map((arg) => this.expression(arg, inputs));
    return 'op' in expression ? this.apply(expression.op, args) : this.function(expression.function.name, args);
  }

  /** A number; what is not finite is an atom. */
  real(value: number): Form {
    return Number.isFinite(value) ? this.number(value) : this.of(this.atom(`${value}`, []), []);
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

import type { Code, Local, Op } from '@throughline/compiler/internals';

/** Pushes one vector. */
export type Push = () => void;

/** Vectors of one float type on the stack, and the elementary functions of an LSTM's gates: 2 to 3 ulp, for finite arguments. */
export interface Lanes {
  readonly bytes: 4 | 8;
  readonly count: 4 | 2;
  op(name: 'Add' | 'Sub' | 'Mul' | 'Div', x: Push, y: Push): void;
  /** x·y + z */
  multiplyAdd(x: Push, y: Push, z: Push): void;
  constant(value: number): Push;
  sigmoid(x: Push): void;
  tanh(x: Push): void;
}

/** ln 2 in two parts, the first with zeros at its end. */
const ln2 = [
  [0.693359375, -2.1219444005469057e-4],
  [0.6931471803691238, 1.9082149292705877e-10],
] as const;
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** The constants are set here: call it before the loops. */
export function lanesOf(code: Code, double: boolean, fast: boolean): Lanes {
  const kind = double ? 'f64x2' : 'f32x4';
  const get =
    (local: Local): Push =>
    () =>
      void code.get(local);
  const bits = (build: () => void): Push => {
    const local = code.local('v128');
    build();
    code.set(local);
    return get(local);
  };
  const constant = (value: number): Push => bits(() => code[kind](value));
  const apply = (name: Op, ...args: readonly Push[]): void => {
    for (const arg of args) arg();
    code.op(name);
  };
  const op: Lanes['op'] = (name, x, y) => apply(`${kind}${name}`, x, y);
  const multiplyAdd: Lanes['multiplyAdd'] = (x, y, z) => {
    if (fast) apply(`${kind}RelaxedMadd`, x, y, z);
    else op('Add', () => op('Mul', x, y), z);
  };
  const keep = (local: Local, build: Push): Push => {
    build();
    code.set(local);
    return get(local);
  };

  const degree = double ? 12 : 6;
  const [one, two, sign] = [constant(1), constant(2), constant(-0)];
  const [low, high] = [constant(double ? -708 : -87), constant(double ? 708 : 87)];
  // added to a number, it rounds it to an integer, whose lowest bits then are those of 2ⁿ's exponent
  const rounder = constant(double ? 6755399441055744 + 1023 : 12582912 + 127);
  const [scale1, part1, part2] = [-Math.LOG2E, ...ln2[double ? 1 : 0]].map(constant) as [Push, Push, Push]; // three
  // (e^−y − 1) / y
  const coefficients = Array.from({ length: degree }, (_, i) => constant((-1) ** (i + 1) / factorial(i + 1)));
  const [power, ...parts] = Array.from({ length: 1 + degree / 2 }, () => code.local('v128'));
  const [argument, n, q, scale] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];

  /** By halves (Estrin): a chain of all steps, one after another, would be what the loop waits for. */
  const polynomial =
    (terms: readonly Push[], x: Local): Push =>
    () => {
      const [first] = terms;
      if (first === undefined || power === undefined) return;
      if (terms.length === 1) {
        first();
        return;
      }
      const pairs: Push[] = [];
      parts.slice(0, Math.ceil(terms.length / 2)).forEach((part, i) => {
        const [constantTerm, linear] = terms.slice(2 * i);
        if (constantTerm === undefined) return;
        const isLast = linear === undefined;
        pairs.push(keep(part, isLast ? constantTerm : () => multiplyAdd(linear, get(x), constantTerm)));
      });
      if (pairs.length > 1) keep(power, () => op('Mul', get(x), get(x)));
      polynomial(pairs, power)();
    };

  /** For y in `argument`: 2ⁿ in `scale`, and e^r − 1 in `q`, where e^−y = 2ⁿ·e^r. */
  const exponential = (): void => {
    keep(scale, () => multiplyAdd(get(argument), scale1, rounder));
    keep(n, () => op('Sub', get(scale), rounder));
    keep(argument, () => multiplyAdd(get(n), part1, get(argument)));
    keep(argument, () => multiplyAdd(get(n), part2, get(argument)));
    keep(q, () => op('Mul', polynomial(coefficients, argument), get(argument)));
    code
      .get(scale)
      .i32(double ? 52 : 23)
      .op(double ? 'i64x2Shl' : 'i32x4Shl')
      .set(scale);
  };

  return {
    bytes: double ? 8 : 4,
    count: double ? 2 : 4,
    op,
    multiplyAdd,
    constant,
    sigmoid(x) {
      keep(argument, () => apply(`${kind}Pmax`, () => apply(`${kind}Pmin`, x, high), low));
      exponential();
      op('Div', one, () => op('Add', one, () => multiplyAdd(get(q), get(scale), get(scale))));
    },
    tanh(x) {
      const [given, minus] = [code.local('v128'), code.local('v128')];
      keep(given, x);
      // −(e^−y − 1) / (e^−y + 1), y = 2|x|
      keep(argument, () => apply(`${kind}Abs`, get(given)));
      keep(argument, () => apply(`${kind}Pmin`, () => op('Add', get(argument), get(argument)), high));
      exponential();
      keep(minus, () => multiplyAdd(get(q), get(scale), () => op('Sub', get(scale), one)));
      op('Div', get(minus), () => op('Add', get(minus), two));
      // the quotient is negative or zero: its sign gives way to that of x
      code.op(`${kind}Abs`);
      apply('v128And', get(given), sign);
      code.op('v128Or').release(given, minus);
    },
  };
}

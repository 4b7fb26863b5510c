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
  // ln 2 in two parts, the first with zeros at its end
  const [log2e, part1, part2] = [
    constant(Math.LOG2E),
    constant(double ? -0.6931471803691238 : -0.693359375),
    constant(double ? -1.9082149292705877e-10 : 2.12194440054690583e-4),
  ];
  const coefficients = Array.from({ length: degree - 1 }, (_, i) => constant(1 / factorial(degree - i)));
  const bias = bits(() => (double ? code.i32x4s([1023, 0, 1023, 0]) : code.i32x4(127)));
  const [argument, n, q, scale] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];

  /** For the clamped y in `argument`: 2ⁿ in `scale`, and e^r − 1 in `q`, where e^y = 2ⁿ·e^r. */
  const exponential = (): void => {
    keep(n, () => apply(`${kind}Nearest`, () => op('Mul', get(argument), log2e)));
    keep(argument, () => multiplyAdd(get(n), part1, get(argument)));
    keep(argument, () => multiplyAdd(get(n), part2, get(argument)));
    const [first, ...rest] = coefficients;
    if (first !== undefined) keep(q, first);
    for (const coefficient of rest) keep(q, () => multiplyAdd(get(q), get(argument), coefficient));
    keep(q, () => multiplyAdd(get(q), get(argument), one));
    keep(q, () => op('Mul', get(q), get(argument)));
    code.get(n);
    if (double) code.op('i32x4TruncSatF64x2SZero').op('i64x2ExtendLowI32x4S');
    else code.op('i32x4TruncSatF32x4S');
    bias();
    if (double) code.op('i64x2Add').i32(52).op('i64x2Shl').set(scale);
    else code.op('i32x4Add').i32(23).op('i32x4Shl').set(scale);
  };

  return {
    bytes: double ? 8 : 4,
    count: double ? 2 : 4,
    op,
    multiplyAdd,
    constant,
    sigmoid(x) {
      keep(argument, () => apply(`${kind}Pmax`, () => apply(`${kind}Pmin`, () => apply(`${kind}Neg`, x), high), low));
      exponential();
      op('Div', one, () => op('Add', one, () => multiplyAdd(get(q), get(scale), get(scale))));
    },
    tanh(x) {
      const [given, minus] = [code.local('v128'), code.local('v128')];
      keep(given, x);
      // −(e^y − 1) / (e^y + 1), y = −2|x|
      keep(argument, () =>
        apply(
          `${kind}Pmax`,
          () => op('Mul', () => apply('v128Or', get(given), sign), two),
          low,
        ),
      );
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

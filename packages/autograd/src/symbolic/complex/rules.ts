import { kernels, NotDifferentiableError } from '@throughline/tensor';
import type { ScalarFunction } from '@throughline/tensor/elementary';
import type { ScalarExpression, ScalarOp } from '../../semantics.ts';
import type { Complex } from './arithmetic.ts';
import * as complex from './arithmetic.ts';

const zero: Complex = [0, 0];

/** What is noted of an evaluation. */
export interface Notes {
  /** Choices that were made between equal real parts whose imaginary parts differ: kinks and jumps that were hit. */
  ties: number;
}

type Rule = (x: Complex, y: Complex, z: Complex, notes: Notes) => Complex;

const { unaryScalars, binaryScalars } = kernels;

/** Of the real parts alone: a number that does not move. */
const still = (value: number): Complex => [value, 0];
const truth = (holds: boolean): Complex => [holds ? 1 : 0, 0];

/** Decides by the real parts, and notes it where they say nothing. */
function isTie([a, b]: Complex, [c, d]: Complex, notes: Notes): boolean {
  if (a !== c || b === d) return false;
  notes.ties++;
  return true;
}

const compare =
  (holds: (a: number, c: number) => boolean): Rule =>
  (x, y, _, notes) => {
    isTie(x, y, notes);
    return truth(holds(x[0], y[0]));
  };

/**
 * What each scalar operation is of complex numbers. Comparisons, and what is made of them (abs, sign, minimum, maximum,
 * select, rounding), are decided by the real parts; where those are equal, minimum and maximum take the first operand,
 * abs(0) is taken from the right, and the tie is noted.
 */
const rules: Readonly<Record<ScalarOp, Rule>> = {
  add: complex.add,
  sub: complex.sub,
  mul: complex.mul,
  div: complex.div,
  neg: complex.neg,
  sqrt: complex.sqrtOf,
  exp: complex.expOf,
  expm1: complex.expm1Of,
  log: complex.logOf,
  log1p: complex.log1pOf,
  pow: complex.powOf,
  sin: complex.sinOf,
  cos: complex.cosOf,
  tanh: complex.tanhOf,
  sigmoid: complex.sigmoidOf,
  softplus: complex.softplusOf,
  abs: (x, _, __, notes) => {
    isTie(x, zero, notes);
    return x[0] < 0 ? complex.neg(x) : [Math.abs(x[0]), x[1]];
  },
  minimum: (x, y, _, notes) => (!isTie(x, y, notes) && (y[0] < x[0] || Number.isNaN(y[0])) ? y : x),
  maximum: (x, y, _, notes) => (!isTie(x, y, notes) && (y[0] > x[0] || Number.isNaN(y[0])) ? y : x),
  select: (x, y, z) => (x[0] !== 0 ? y : z),
  cast: (x) => x,
  sign: ([a]) => still(Math.sign(a)),
  floor: ([a]) => still(Math.floor(a)),
  ceil: ([a]) => still(Math.ceil(a)),
  floorDiv: ([a], [c]) => still(binaryScalars.floorDiv.float64(a, c)),
  remainder: ([a, b], [c, d]) => [
    binaryScalars.remainder.float64(a, c),
    d === 0 ? b : b - d * binaryScalars.floorDiv.float64(a, c),
  ],
  equal: compare((a, c) => a === c),
  notEqual: compare((a, c) => a !== c),
  less: compare((a, c) => a < c),
  lessEqual: compare((a, c) => a <= c),
  greater: compare((a, c) => a > c),
  greaterEqual: compare((a, c) => a >= c),
  and: ([a], [c]) => truth(a !== 0 && c !== 0),
  or: ([a], [c]) => truth(a !== 0 || c !== 0),
  not: ([a]) => truth(a === 0),
  isFinite: ([a]) => truth(unaryScalars.isFinite.float64(a) !== 0),
};

/** A function that brings its own steps brings no meaning over complex numbers. */
function ofReals({ name, kernels: { float64 } }: ScalarFunction, values: readonly Complex[]): Complex {
  if (values.every(([, im]) => im === 0)) return still(float64(...values.map(([re]) => re)));
  throw new NotDifferentiableError(
    'complexStep',
    `${name} has steps for reals only, without a meaning over complex numbers. Use checkGrads, or stopGradient before it.`,
  );
}

/** A map's expression at complex operands. */
export function evaluateComplex(expression: ScalarExpression, args: readonly Complex[], notes: Notes): Complex {
  if ('input' in expression) return args[expression.input] ?? zero; // an expression names its own operands
  if ('constant' in expression) return [expression.constant, 0];
  const values = expression.args.map((arg) => evaluateComplex(arg, args, notes));
  if ('function' in expression) return ofReals(expression.function, values);
  const [x = zero, y = zero, z = zero] = values;
  return rules[expression.op](x, y, z, notes);
}

import { Concrete, type DType } from '@throughline/tensor';
import { anyTensors, shapes, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { Kink, PrimitiveSamples, Sample } from '../sample.ts';
import {
  alike,
  awayFromZero,
  bool,
  calls,
  elementwise,
  everyType,
  f64,
  floats,
  grid,
  i32,
  numbers,
  smallShapes,
  type,
} from './generators.ts';

/** Kinks of a map: operands, and the cotangent of each when the result's is 1. As scalars, and with an axis. */
export const kinks = (...list: readonly (readonly [at: readonly number[], expected: readonly number[]])[]): Kink[] =>
  list.flatMap(([at, expected]) =>
    [[], [1]].map((shape) => ({
      inputs: at.map((x) => new Concrete(Float64Array.of(x), 'float64', shape)),
      params: {},
      expected: expected.map((x) => [x]),
    })),
  );

const samples = (inputs: fc.Arbitrary<Concrete[]>): fc.Arbitrary<Sample> =>
  inputs.map((list) => ({ inputs: list, params: {} }));

/** A map of one operand: where it is smooth, and which dtypes it takes. */
export function unary(smooth: fc.Arbitrary<number> | null, accepts: readonly DType[] = floats): PrimitiveSamples {
  const refused = everyType
    .filter((dtype) => !accepts.includes(dtype))
    .map((dtype) => ({ inputs: [type(dtype, 2)], params: {} }));
  return {
    smooth:
      smooth &&
      samples(
        elementwise(
          smooth.map((x) => [x]),
          1,
        ),
      ),
    any: samples(alike(1, accepts)),
    refused,
  };
}

/** A map of two operands: pairs at which it is smooth. */
export function binary(
  smooth: fc.Arbitrary<readonly number[]> | null,
  accepts: readonly DType[] = numbers,
): PrimitiveSamples {
  const wrong = everyType.filter((dtype) => !accepts.includes(dtype)).map((dtype) => [type(dtype, 2), type(dtype, 2)]);
  const one = accepts[0] ?? 'float64';
  const other = accepts[1] ?? 'float64';
  return {
    smooth: smooth && samples(elementwise(smooth, 2)),
    any: samples(alike(2, accepts)),
    refused: [
      ...wrong,
      [type(one, 2, 3), type(one, 2, 4)],
      [type(one, 2, 3), type(one, 3)], // the op broadcasts, the primitive does not
      [type(one, 2), type(other === one ? 'float64' : other, 2)],
    ].map((inputs) => ({ inputs, params: {} })),
  };
}

const real = grid(-2, 2);
const nonzero = awayFromZero(0.1, 2);
const betweenIntegers = fc.tuple(fc.integer({ min: -3, max: 3 }), grid(0.1, 0.9)).map(([n, part]) => n + part);
const pair = (x: fc.Arbitrary<number>, y: fc.Arbitrary<number>): fc.Arbitrary<readonly number[]> => fc.tuple(x, y);
const apart = pair(real, nonzero).map(([x = 0, gap = 0]) => [x, x + gap]);
/** x = q y with q well between two integers. */
const quotient = pair(betweenIntegers, awayFromZero(0.5, 2)).map(([q = 0, y = 1]) => [q * y, y]);

const comparison = binary(null, everyType);
const logical = binary(null, ['bool']);

const where: PrimitiveSamples = {
  smooth: smallShapes().chain((shape) =>
    calls([tensors({ dtype: 'bool', shape }), tensors({ shape }), tensors({ shape })]),
  ),
  any: fc
    .tuple(shapes(), fc.constantFrom(...everyType))
    .chain(([shape, dtype]) =>
      calls([tensors({ dtype: 'bool', shape }), anyTensors({ shape, dtype }), anyTensors({ shape, dtype })]),
    ),
  refused: [
    { inputs: [f64(2), f64(2), f64(2)], params: {} },
    { inputs: [bool(2), f64(2), i32(2)], params: {} },
    { inputs: [bool(3), f64(2), f64(2)], params: {} },
    { inputs: [bool(), f64(2), f64(2)], params: {} },
  ],
};

const cast: PrimitiveSamples = {
  smooth: tensors({ shape: smallShapes() }).map((x) => ({ inputs: [x], params: { dtype: 'float64' } })),
  any: fc
    .tuple(alike(1, everyType), fc.constantFrom(...everyType))
    .map(([inputs, dtype]) => ({ inputs, params: { dtype } })),
  refused: [{ inputs: [f64(2)], params: { dtype: 'complex64' } }],
};

/** Maps, by primitive. */
export const mapSamples: Readonly<Record<string, PrimitiveSamples>> = {
  neg: unary(real, numbers),
  abs: { ...unary(nonzero, numbers), kinks: kinks([[0], [0]], [[-0], [0]]) },
  sign: { ...unary(nonzero, numbers), kinks: kinks([[0], [0]]) },
  square: unary(real, numbers),
  relu: { ...unary(nonzero), kinks: kinks([[0], [0]], [[-0], [0]]) },
  sqrt: unary(grid(0.1, 4)),
  exp: unary(real),
  expm1: unary(real),
  log: unary(grid(0.1, 4)),
  log1p: unary(grid(-0.9, 3)),
  tanh: unary(real),
  sigmoid: unary(real),
  softplus: unary(real),
  sin: unary(grid(-4, 4)),
  cos: unary(grid(-4, 4)),
  floor: { ...unary(betweenIntegers), kinks: kinks([[1], [0]]) },
  ceil: { ...unary(betweenIntegers), kinks: kinks([[1], [0]]) },
  isFinite: unary(null, numbers),
  logicalNot: unary(null, ['bool']),
  stopGradient: { ...unary(real, everyType), notTheDerivative: 'it makes a constant of its operand, on purpose' },
  add: binary(pair(real, real)),
  sub: binary(pair(real, real)),
  mul: binary(pair(real, real)),
  div: binary(pair(real, awayFromZero(0.3, 2)), floats),
  pow: {
    ...binary(pair(grid(0.2, 2), real), floats),
    // 0⁰ = 1 has neither slope; 0ʸ is flat in y for y > 0; x¹ has slope 1 at 0 too
    kinks: kinks(
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 2],
        [0, 0],
      ],
      [
        [0, 1],
        [1, 0],
      ],
      [
        [0, 0.5],
        [Number.POSITIVE_INFINITY, 0],
      ],
      [
        [-2, 3],
        [12, Number.NaN],
      ],
    ),
  },
  maximum: {
    ...binary(apart),
    kinks: kinks(
      [
        [1, 1],
        [0.5, 0.5],
      ],
      [
        [0, -0],
        [0.5, 0.5],
      ],
    ),
  },
  minimum: {
    ...binary(apart),
    kinks: kinks(
      [
        [1, 1],
        [0.5, 0.5],
      ],
      [
        [0, -0],
        [0.5, 0.5],
      ],
    ),
  },
  floorDiv: binary(quotient),
  remainder: binary(quotient),
  equal: comparison,
  notEqual: comparison,
  less: comparison,
  lessEqual: comparison,
  greater: comparison,
  greaterEqual: comparison,
  logicalAnd: logical,
  logicalOr: logical,
  where,
  cast,
};

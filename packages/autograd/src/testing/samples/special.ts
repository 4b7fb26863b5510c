import { Concrete } from '@throughline/tensor';
import { anyTensors, shapes, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { PrimitiveSamples } from '../sample.ts';
import { awayFromZero, calls, f64, floats, grid, i32, integers, numbers, smallShapes } from './generators.ts';
import { binary, kinks, unary } from './maps.ts';

const infinity = Number.POSITIVE_INFINITY;
const pair = (x: fc.Arbitrary<number>, y: fc.Arbitrary<number>): fc.Arbitrary<readonly number[]> => fc.tuple(x, y);

/** Away from the integers below, where the gamma function has poles. */
const gammaDomain = fc.oneof(
  grid(0.3, 4),
  fc.tuple(fc.integer({ min: -3, max: -1 }), grid(0.3, 0.7)).map(([n, part]) => n + part),
);
const betweenHalves = fc.tuple(fc.integer({ min: -3, max: 3 }), grid(-0.4, 0.4)).map(([n, part]) => n + part);

const polygamma: PrimitiveSamples = {
  smooth: fc.tuple(smallShapes(), fc.integer({ min: 1, max: 3 })).chain(([shape, n]) =>
    tensors({ shape }).map((x): { inputs: Concrete[]; params: object } => {
      const at = x.storage.map((value) => 2.5 + value / 4); // tensors has thousandths up to 2 or so
      return {
        inputs: [
          integers(
            Array.from(at, () => n),
            shape,
          ),
          new Concrete(at, 'float64', shape),
        ],
        params: {},
      };
    }),
  ),
  any: fc
    .tuple(shapes(), fc.constantFrom(...floats))
    .chain(([shape, dtype]) => calls([anyTensors({ dtype: 'int32', shape }), anyTensors({ dtype, shape })])),
  refused: [
    { inputs: [f64(2), f64(2)], params: {} },
    { inputs: [i32(2), i32(2)], params: {} },
    { inputs: [i32(2), f64(3)], params: {} },
  ],
};

/** Special functions, by primitive. */
export const specialSamples: Readonly<Record<string, PrimitiveSamples>> = {
  cbrt: { ...unary(awayFromZero(0.2, 3)), kinks: kinks([[0], [infinity]]) },
  rsqrt: unary(grid(0.3, 4)),
  exp2: unary(grid(-2, 2)),
  log2: unary(grid(0.2, 4)),
  log10: unary(grid(0.2, 4)),
  round: { ...unary(betweenHalves), kinks: kinks([[0.5], [0]]) },
  trunc: { ...unary(awayFromZero(0.1, 0.9)), kinks: kinks([[1], [0]]) },
  tan: unary(grid(-1.2, 1.2)),
  arcsin: { ...unary(grid(-0.8, 0.8)), kinks: kinks([[1], [infinity]]) },
  arccos: { ...unary(grid(-0.8, 0.8)), kinks: kinks([[1], [-infinity]]) },
  arctan: unary(grid(-3, 3)),
  arctan2: {
    ...binary(pair(awayFromZero(0.3, 2), awayFromZero(0.3, 2)), floats),
    kinks: kinks([
      [0, 0],
      [Number.NaN, Number.NaN],
    ]),
  },
  hypot: {
    ...binary(pair(awayFromZero(0.3, 2), awayFromZero(0.3, 2)), floats),
    kinks: kinks([
      [0, 0],
      [0, 0],
    ]),
  },
  sinh: unary(grid(-2, 2)),
  cosh: unary(grid(-2, 2)),
  arcsinh: unary(grid(-3, 3)),
  arccosh: { ...unary(grid(1.3, 4)), kinks: kinks([[1], [infinity]]) },
  arctanh: { ...unary(grid(-0.8, 0.8)), kinks: kinks([[1], [infinity]]) },
  logit: unary(grid(0.1, 0.9)),
  logaddexp: {
    ...binary(pair(grid(-2, 2), grid(-2, 2)), floats),
    kinks: kinks(
      [
        [-infinity, -infinity],
        [0.5, 0.5],
      ],
      [
        [infinity, infinity],
        [0.5, 0.5],
      ],
    ),
  },
  xlogy: {
    ...binary(pair(grid(-2, 2), grid(0.3, 3)), floats),
    kinks: kinks(
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, -1],
        [0, 0],
      ],
    ),
  },
  erf: unary(grid(-2, 2)),
  erfc: unary(grid(-2, 2)),
  erfinv: { ...unary(grid(-0.8, 0.8)), kinks: kinks([[1], [infinity]]) },
  lgamma: unary(gammaDomain),
  digamma: unary(gammaDomain),
  polygamma,
  isNaN: unary(null, numbers),
  isInf: unary(null, numbers),
};

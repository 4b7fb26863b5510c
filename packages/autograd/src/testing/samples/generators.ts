import { Concrete, type DType, dtypes, type Shape, sizeOf, type TensorType } from '@throughline/tensor';
import { anyTensors, shapes, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { Sample } from '../sample.ts';

/** Calls with operands of one shape each, drawn independently, under fixed params. */
export const calls = (inputs: readonly fc.Arbitrary<Concrete>[], params: unknown = {}): fc.Arbitrary<Sample> =>
  fc.tuple(...inputs).map((list) => ({ inputs: list, params }));

/** Element types. */
export const floats = ['float64', 'float32'] as const;
export const numbers = ['float64', 'float32', 'int32'] as const;
export const everyType = ['float64', 'float32', 'int32', 'bool'] as const;

/** A type, for refusals. */
export const type = (dtype: DType, ...shape: number[]): TensorType => ({ dtype, shape });
export const f64 = (...shape: number[]): TensorType => type('float64', ...shape);
export const i32 = (...shape: number[]): TensorType => type('int32', ...shape);
export const bool = (...shape: number[]): TensorType => type('bool', ...shape);

/** Shapes with elements, few enough for differences: primes, scalars, extents of 1. */
export const smallShapes = (maxRank = 3): fc.Arbitrary<Shape> =>
  fc.array(fc.constantFrom(1, 2, 3, 5), { maxLength: maxRank }).filter((shape) => sizeOf(shape) <= 30);

/** `count` tensors of one shape and one of the given dtypes, with any bits in them. */
export function alike(
  count: number,
  allowed: readonly DType[],
  shape: fc.Arbitrary<Shape> = shapes(),
): fc.Arbitrary<Concrete[]> {
  return fc
    .tuple(fc.constantFrom(...allowed), shape)
    .chain(([dtype, one]) => fc.tuple(...Array.from({ length: count }, () => anyTensors({ dtype, shape: one }))));
}

/** Float64 tensors of one shape whose elements come from the given numbers, an arbitrary per operand. */
export function elementwise(elements: fc.Arbitrary<readonly number[]>, count: number): fc.Arbitrary<Concrete[]> {
  return smallShapes().chain((shape) => {
    const size = sizeOf(shape);
    return fc.array(elements, { minLength: size, maxLength: size }).map((rows) =>
      Array.from(
        { length: count },
        (_, k) =>
          new Concrete(
            Float64Array.from(rows, (row) => row[k] ?? 0),
            'float64',
            shape,
          ),
      ),
    );
  });
}

/** Thousandths in [min, max]. */
export const grid = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.ceil(min * 1000), max: Math.floor(max * 1000) }).map((n) => n / 1000);

/** Thousandths with |x| in [min, max]. */
export const awayFromZero = (min: number, max: number): fc.Arbitrary<number> =>
  fc.tuple(grid(min, max), fc.boolean()).map(([x, minus]) => (minus ? -x : x));

/** Float64 tensors in which no two elements are nearer than 0.05, in random order: for what has kinks at ties. */
export const distinct = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Concrete> =>
  shape.chain((one) => {
    const size = sizeOf(one);
    const order = fc.shuffledSubarray(
      Array.from({ length: size }, (_, i) => i),
      { minLength: size, maxLength: size },
    );
    return order.map(
      (ranks) =>
        new Concrete(
          Float64Array.from(ranks, (rank) => rank * 0.053 - 0.7),
          'float64',
          one,
        ),
    );
  });

/** A tensor of either grid or odd bits, with the axes it may be called with. */
export const anyOf = (allowed: readonly DType[], shape: fc.Arbitrary<Shape> = shapes()): fc.Arbitrary<Concrete> =>
  alike(1, allowed, shape).map(([x]) => x as Concrete); // one in, one out

export const smoothTensor = (shape: fc.Arbitrary<Shape> = smallShapes()): fc.Arbitrary<Concrete> => tensors({ shape });

/** An int32 tensor. */
export function integers(values: readonly number[], shape: Shape = [values.length]): Concrete {
  const storage = dtypes.int32.allocate(values.length);
  storage.set(values);
  return new Concrete(storage, 'int32', shape);
}

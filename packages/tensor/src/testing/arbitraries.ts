import fc from 'fast-check';
import { tensor } from '../construct.ts';
import type { DType } from '../dtype.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Concrete } from '../tensor.ts';

/** Which tensors to make; without an entry, any. */
export interface TensorChoice {
  /** A shape, or an arbitrary of shapes. */
  readonly shape?: Shape | fc.Arbitrary<Shape>;
  readonly dtype?: DType;
  /** Bounds of the grid, −2 and 2 unless told. */
  readonly min?: number;
  readonly max?: number;
}

/** Extents that find bugs: 0, 1, and primes that divide no block or lane. */
export const extents = (): fc.Arbitrary<number> => fc.constantFrom(1, 2, 3, 5, 7, 0);

/** Shapes of rank 0 to `maxRank`, zero extents included. */
export const shapes = ({ maxRank = 3 } = {}): fc.Arbitrary<Shape> => fc.array(extents(), { maxLength: maxRank });

/** Two shapes that broadcast with each other: axes of extent 1 on one side or the other, leading axes missing on one. */
export function broadcastablePairs({ maxRank = 3 } = {}): fc.Arbitrary<[Shape, Shape]> {
  const axis = fc.record({ extent: extents(), stretched: fc.constantFrom('neither', 'left', 'right') });
  const axes = fc.array(axis, { maxLength: maxRank });
  return fc.tuple(axes, fc.nat({ max: maxRank }), fc.boolean()).map(([list, dropped, onTheLeft]) => {
    const side = (name: string): Shape => list.map(({ extent, stretched }) => (stretched === name ? 1 : extent));
    const [left, right] = [side('left'), side('right')];
    return onTheLeft ? [left.slice(dropped), right] : [left, right.slice(dropped)];
  });
}

/**
 * Tensors on the grid of thousandths: what gradients are checked on. (`fc.double` puts nine samples of ten below 1e-3 in
 * size, so rules would be checked near zero only; and the grid shrinks to numbers one can read.)
 */
export function tensors(choice: TensorChoice = {}): fc.Arbitrary<Concrete> {
  const { dtype = 'float64', min = -2, max = 2 } = choice;
  if (dtype === 'bool') return ofShape(choice, fc.nat({ max: 1 }), dtype);
  if (dtype === 'int32') return ofShape(choice, fc.integer({ min: Math.ceil(min), max: Math.floor(max) }), dtype);
  const grid = fc.integer({ min: Math.ceil(min * 1000), max: Math.floor(max * 1000) });
  return ofShape(
    choice,
    grid.map((n) => n / 1000),
    dtype,
  );
}

/** Tensors of any bits: NaN, ±∞, −0, subnormals, the largest; for kernels. Odd values come often. */
export function anyTensors(choice: TensorChoice = {}): fc.Arbitrary<Concrete> {
  const { dtype = 'float64' } = choice;
  if (dtype === 'bool') return tensors(choice);
  if (dtype === 'int32') {
    const odd = fc.constantFrom(0, 1, -1, 2147483647, -2147483648, 65536);
    return ofShape(choice, fc.oneof(fc.integer(), odd), dtype);
  }
  const odd = fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    0,
    ...tinyAndHuge(dtype),
  );
  const any = dtype === 'float64' ? fc.double() : fc.float();
  return ofShape(choice, fc.oneof({ weight: 3, arbitrary: any }, { weight: 1, arbitrary: odd }), dtype);
}

function tinyAndHuge(dtype: DType): number[] {
  if (dtype === 'float64') return [5e-324, -5e-324, 2.2250738585072014e-308, Number.MAX_VALUE];
  return [1.401298464324817e-45, -1.401298464324817e-45, 1.1754943508222875e-38, 3.4028234663852886e38];
}

function ofShape(choice: TensorChoice, element: fc.Arbitrary<number>, dtype: DType): fc.Arbitrary<Concrete> {
  const { shape = shapes() } = choice;
  const chosen = shape instanceof fc.Arbitrary ? shape : fc.constant(shape);
  return chosen.chain((own) => {
    const size = sizeOf(own);
    const values = fc.array(element, { minLength: size, maxLength: size });
    return values.map((list) => tensor(list, { dtype, shape: own }).concrete('arbitrary'));
  });
}

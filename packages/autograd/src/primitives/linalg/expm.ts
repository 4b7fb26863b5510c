import { formatType, ShapeError, sameType, type Tensor } from '@throughline/tensor';
import { expm as kernel } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import type { Primitive, Pullback } from '../../primitive.ts';
import { definePerMatrix, squareExtent, turned } from './matrices.ts';

type None = Record<string, never>;

/** exp of the first operand; with more operands, its derivative along all of those. */
const primitive: Primitive<None> = definePerMatrix<None, number, number>({
  name: 'expm',
  readsVary: true, // all operands but the one asked about
  infer([a, ...directions]) {
    if (a === undefined) throw new ShapeError('expm', 'there is no matrix.');
    squareExtent('expm', a, 'Use exp for each element.');
    const other = directions.find((direction) => !sameType(direction, a));
    if (other !== undefined)
      throw new ShapeError('expm', `the direction ${formatType(other)} is not of the type ${formatType(a)}.`);
    return [a];
  },
  kernel: ([a, ...directions]) => (a === undefined ? [] : [kernel(a, directions)]),
  pullbacks: (input) => pullback(input),
});

/**
 * ⟨ȳ, Dᵏexp(a)[e₁, …, eₖ]⟩ is the same for any order of ȳᵀ, e₁, …, eₖ, since a trace may begin anywhere in its product: so the
 * cotangent of an eᵢ has ȳ in its place, and that of a has ȳ as one more, all transposed.
 */
const pullback =
  (input: number): Pullback<None, number, number> =>
  ([ct], { inputs }) => {
    if (!ct) return null;
    const others = inputs.map((x, i) => (i === input && i > 0 ? ct : turned(x)));
    return bind(primitive, input === 0 ? [...others, ct] : others, {})[0] ?? null;
  };

/**
 * The exponential of a matrix, Σ xᵏ / k!.
 *
 * Shapes: [..., n, n] → the same. Dtypes: floats. Gradient: the derivative of the exponential at xᵀ along ȳ, to any order exact,
 * at 8 times the work for each. NaN throughout where x is not finite. Source: Higham, "The scaling and squaring method for
 * the matrix exponential revisited", 2005; Higham and Relton, "Higher order Fréchet derivatives of matrix functions and the
 * level-2 condition number", 2014.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example expm(tensor([[0, 1], [0, 0]]))   // f64[2,2] [[1, 1], [0, 1]]
 */
export const expm = (x: Tensor): Tensor => bind(primitive, [x], {})[0] as Tensor; // one result

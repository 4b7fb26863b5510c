import { Concrete, type Tensor } from '@throughline/tensor';
import { lu as kernel } from '@throughline/tensor/linalg';
import { bind } from '../../bind.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Primitive } from '../../primitive.ts';
import { cast } from '../cast.ts';
import { add } from '../maps/arithmetic.ts';
import { oneHot } from '../one-hot.ts';
import { definePerMatrix, lowerPart, squareExtent, turned, upperPart } from './matrices.ts';
import { solveTriangular } from './solve-triangular.ts';

type None = Record<string, never>;

const primitive: Primitive<None, 1, 3> = definePerMatrix({
  name: 'lu',
  infer([x]) {
    squareExtent('lu', x, 'Use qr.');
    return [x, x, { dtype: 'int32', shape: x.shape.slice(0, -1) }];
  },
  kernel([x]) {
    const { l, u, order } = kernel(x);
    return [l, u, new Concrete(order, 'int32', [order.length])];
  },
  pullbacks: [
    ([ctL, ctU], { outputs: [l, u, permutation] }) => {
      const below = ctL && lowerPart(matmul(turned(l), ctL), 1);
      const above = ctU && upperPart(matmul(ctU, turned(u)));
      const inner = below && above ? add(below, above) : (below ?? above);
      if (inner === null) return null;
      const left = solveTriangular(l, inner, { lower: true, transposed: true, unitDiagonal: true });
      const rows = turned(solveTriangular(u, turned(left)));
      const places = cast(oneHot(permutation, l.shape.at(-1) ?? 0), l.dtype);
      return matmul(turned(places), rows);
    },
  ],
});

/**
 * Triangles with l u = the rows of x in the order `permutation`, by elimination below the largest element of each column: l is
 * lower with a diagonal of 1, u upper.
 *
 * Shapes: [..., n, n] → l, u [..., n, n], permutation [..., n]. Dtypes: floats; permutation int32. Gradient: the rows of
 * l⁻ᵀ (lᵀ l̄ below the diagonal + ū uᵀ on and above it) u⁻ᵀ, put back; infinite or NaN where x is singular, and jumping
 * where another row becomes the largest. NaN throughout where x is not finite. Source: de Hoog, Anderssen and Lukas, "Differentiation of
 * matrix functionals using triangular factorization", 2011.
 * @throws ShapeError unless x is square; DTypeError unless float.
 * @example lu(tensor([[1, 2], [2, 2]])).u   // f64[2,2] [[2, 2], [0, 1]]
 */
export function lu(x: Tensor): { l: Tensor; u: Tensor; permutation: Tensor } {
  const [l, u, permutation] = bind(primitive, [x], {});
  return { l, u, permutation };
}

import { type Concrete, full, type Shape, type Tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { customVjp } from '../../primitives/custom-vjp.ts';
import { div, mul } from '../../primitives/maps/arithmetic.ts';
import { bodiesOf } from '../../program.ts';
import { trace } from '../../transforms/trace.ts';
import type { PrimitiveSamples } from '../sample.ts';
import { awayFromZero, elementwise, f64, i32, integers } from './generators.ts';

/** x · y under a rule that reads its result too (ȳ = z̄ z / y, which is z̄ x); the third argument is an integer. */
const product = customVjp(
  (x: Tensor, y: Tensor, _: Tensor) => mul(x, y),
  (ct, { inputs: [, y], output }) => [mul(ct, y), div(mul(ct, output), y), null],
);

/** What `product` binds: traced, it is one equation. */
function paramsFor(shape: Shape): object {
  const x = full(shape, 1);
  const { equations } = trace(product, x, x, integers([1], []));
  const equation = equations.find((candidate) => bodiesOf(candidate).length > 0);
  if (equation === undefined) throw new Error('customVjp records one equation with a body');
  return equation.params;
}

const element = awayFromZero(0.3, 2);

/** Functions with a rule of the user's, by primitive. */
export const customSamples: Readonly<Record<string, PrimitiveSamples>> = {
  customVjp: {
    smooth: elementwise(fc.tuple(element, element), 2).map((xs: Concrete[]) => ({
      inputs: [...xs, integers([3], [])],
      params: paramsFor(xs[0]?.shape ?? []),
    })),
    get refused() {
      const params = paramsFor([2]);
      return [
        [f64(2), f64(2)],
        [f64(2), f64(3), i32()],
        [f64(2), f64(2), i32(), i32()],
        [f64(2), f64(2), f64()],
      ].map((inputs) => ({ inputs, params }));
    },
  },
};

import { type FloatType, flatten, mean, square, sum, type Tensor, type ValueAndGrad, valueAndGrad } from 'throughline';
import { type CompileOptions, compile } from '../compiled.ts';
import type { Net } from './nets.ts';
import type { Size } from './sizes.ts';
import { values } from './values.ts';

/** A gradient step that can be run: loss and gradient of all weights, no optimiser. */
export interface Step {
  run(): unknown;
  /** What it computes, for comparison with a peer's. */
  check(): { readonly loss: number; readonly norm: number };
}

/** The loss that every workload takes: the mean squared difference of the last output row from a target. */
export const lossOf =
  <P>(net: Net<P>) =>
  (params: P, xs: Tensor, target: Tensor): Tensor =>
    mean(square(net.last(params, xs).sub(target)));

/** What a loss is taken of, at a size. */
export function dataOf<P>(net: Net<P>, size: Size, dtype: FloatType): readonly [P, Tensor, Tensor] {
  const xs = values(201, [size.T, size.B, size.I], 1, dtype);
  return [net.params(size, dtype), xs, values(202, [size.B, net.width(size)], 1, dtype)];
}

/** The compiled gradient step of a net at a size. */
export function gradientStep<P>(
  net: Net<P>,
  size: Size,
  dtype: FloatType = 'float32',
  options: CompileOptions = {},
): Step {
  const data = dataOf(net, size, dtype);
  return stepOf(compile(valueAndGrad(lossOf(net)), options), data);
}

/** The same, by the interpreter, one step after another. */
export function eagerStep<P>(net: Net<P>, size: Size, dtype: FloatType = 'float32'): Step {
  return stepOf(valueAndGrad(lossOf(net)), dataOf(net, size, dtype));
}

function stepOf<P>(
  both: (params: P, xs: Tensor, target: Tensor) => ValueAndGrad<P>,
  [params, xs, target]: readonly [P, Tensor, Tensor],
): Step {
  const run = (): ValueAndGrad<P> => both(params, xs, target);
  return {
    run,
    check() {
      const { value, grad } = run();
      const squares = flatten('check', grad).leaves.map((leaf) => sum(square(leaf)).item());
      return { loss: value.item(), norm: Math.sqrt(squares.reduce((a, b) => a + b, 0)) };
    },
  };
}

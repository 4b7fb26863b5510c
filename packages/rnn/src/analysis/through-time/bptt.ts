import { unstack, valueAndGrad } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../../cell.ts';
import type { ParamSpecs, ParamsOf } from '../../params.ts';
import type { StateSpec } from '../../state.ts';
import { unroll } from '../../unroll.ts';
import { type FromOptions, type Gradients, type StepLoss, stepsOf, targetsOf, totalLoss } from './per-step.ts';

/**
 * Backpropagation through time: the gradient of Σₜ loss(outₜ, targetₜ, t) with respect to a cell's parameters, exactly.
 *
 * It is what `grad` does to `unroll`. Shapes: xs [T, B, I], targets a tree of tensors [T, …], of which the loss gets one
 * step. Cost: about three forward runs; memory grows with T.
 * Source: Werbos, "Backpropagation through time: what it does and how to do it", 1990.
 * @throws ShapeError when the loss is not a scalar, or targets and xs differ in length.
 * @example bptt(rnn, (out) => sum(out))(rnn.init(key(1), { I: 1, H: 2 }), zeros([3, 1, 1]), {}).gradients.h.W   // f64[1,2] [[0, 0]]
 */
export function bptt<P extends ParamSpecs, S extends StateSpec, T extends Taps, Y>(
  cell: Cell<P, S, T>,
  loss: StepLoss<Y>,
): (params: ParamsOf<P>, xs: Tensor, targets: Y, options?: FromOptions<S>) => Gradients<P> {
  return (params, xs, targets, options = {}) => {
    const slices = targetsOf('bptt', targets, stepsOf('bptt', xs));
    const { value, grad } = valueAndGrad((p: ParamsOf<P>) =>
      totalLoss('bptt', loss, unstack(unroll(cell, p, xs, options).out), slices),
    )(params);
    return { loss: value, gradients: grad as ParamsOf<P> }; // the structure of the parameters
  };
}

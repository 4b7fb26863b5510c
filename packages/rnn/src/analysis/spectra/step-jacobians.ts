import { stack, transpose } from '@throughline/autograd';
import { eye, type Tensor } from '@throughline/tensor';
import type { Taps } from '../../cell.ts';
import type { ParamSpecs } from '../../params.ts';
import type { StateSpec } from '../../state.ts';
import type { Run } from '../../unroll.ts';
import { march } from './march.ts';

/**
 * The Jacobian of every step of a run, ∂state[t]/∂state[t − 1] for t = 1…T, of one row of the batch.
 *
 * Shapes: [T, S, S], S being the number of elements of all float states of a row, joined in the order of declaration. The
 * states before the step are independent of each other here, so the product of steps T…k + 1 is ∂state[T]/∂state[k] for
 * the whole state. Cost: S pushforwards per step, run as one batch.
 * @throws ArgumentError when there is no such row.
 * @example stepJacobians(unroll(rnn, { h: { W: zeros([1, 1]), U: tensor([[0.5]]), b: zeros([1]) } }, zeros([2, 1, 1])))   // f64[2,1,1] [[[0.5]], [[0.5]]]
 */
export function stepJacobians<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  run: Run<P, S, T, K>,
  options: { readonly row?: number } = {},
): Tensor {
  const path = march('stepJacobians', run, options.row ?? 0);
  const unit = eye(path.size, path.dtype);
  return stack(Array.from({ length: path.steps }, (_, n) => transpose(path.push(n + 1, unit))));
}

import { mapTree, slice, stopGradient, unstack, valueAndGrad } from '@throughline/autograd';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../../cell.ts';
import type { ParamSpecs, ParamsOf } from '../../params.ts';
import type { StateOf, StateSpec } from '../../state.ts';
import { unroll } from '../../unroll.ts';
import { type FromOptions, type Gradients, plus, type StepLoss, stepsOf, targetsOf, totalLoss } from './per-step.ts';

/** How far back truncated backpropagation looks. */
export interface TruncationOptions {
  /** The number of steps in each sweep. */
  readonly window: number;
  /** The number of steps from one sweep to the next, at most `window`, which is the default. 1 lets every loss see `window` steps. */
  readonly stride?: number;
}

/**
 * Truncated backpropagation through time: an estimate of what `bptt` gives, in memory that does not grow with T.
 *
 * After every `stride` steps, the losses of those steps are pulled back through the last `window` steps; the state that
 * they start from is a constant (`stopGradient`). With a window of T it is `bptt`. The estimate is biased, since it
 * leaves out how a loss depends on anything earlier: `truncationBias` measures by how much. Cost: window / stride times
 * that of `bptt`; memory that of `window` steps.
 * Source: Williams, Peng, "An efficient gradient-based algorithm for on-line training of recurrent network
 * trajectories", 1990: BPTT(h; h′) with h = window and h′ = stride.
 * @throws ArgumentError unless 1 ≤ stride ≤ window, both integers; otherwise as `bptt`.
 * @example truncatedBptt(rnn, (out) => sum(out), { window: 2 })(rnn.init(key(1), { I: 1, H: 2 }), zeros([3, 1, 1]), {}).gradients.h.W   // f64[1,2] [[0, 0]]
 */
export function truncatedBptt<P extends ParamSpecs, S extends StateSpec, T extends Taps, Y>(
  cell: Cell<P, S, T>,
  loss: StepLoss<Y>,
  options: TruncationOptions,
): (params: ParamsOf<P>, xs: Tensor, targets: Y, options?: FromOptions<S>) => Gradients<P> {
  const op = 'truncatedBptt';
  const { window, stride } = checkTruncation(op, options);
  return (params, xs, targets, { from } = {}) => {
    const steps = stepsOf(op, xs);
    const slices = targetsOf(op, targets, steps);
    const between = (begin: number, end: number): Tensor =>
      slice(xs, [begin, ...xs.shape.slice(1).map(() => 0)], [end, ...xs.shape.slice(1)]);
    let sum: Gradients<P> | undefined;
    let state = from;
    for (let counted = 0, begin = 0; counted < steps; ) {
      const end = Math.min(counted + stride, steps);
      const next = Math.max(begin, end + stride - window); // where the sweep after this one begins
      const sweep = valueAndGrad(
        (p: ParamsOf<P>) => {
          const start = state === undefined ? {} : { from: mapTree(state, stopGradient) as unknown as StateOf<S> }; // same structure
          const head = next > begin ? unroll(cell, p, between(begin, next), start) : undefined;
          const tail = next < end ? unroll(cell, p, between(next, end), head ? { from: head.last } : start) : undefined;
          const outs = [head, tail]
            .flatMap((run) => (run === undefined ? [] : unstack(run.out)))
            .slice(counted - begin);
          const value = totalLoss(op, loss, outs, slices.slice(counted, end), counted + 1);
          return { value, aux: head === undefined ? {} : { state: head.last } };
        },
        { aux: true },
      )(params);
      sum = plus(sum, { loss: sweep.value, gradients: sweep.grad as ParamsOf<P> }); // the structure of the parameters
      state = sweep.aux.state ?? state;
      [begin, counted] = [next, end];
    }
    return sum as Gradients<P>; // at least one step
  };
}

function checkTruncation(op: string, options: TruncationOptions): Required<TruncationOptions> {
  const { window, stride = options?.window } = options ?? {};
  if (!Number.isInteger(window) || window < 1) {
    throw new ArgumentError(op, `window is ${String(window)}, not a number of steps. Use an integer ≥ 1.`);
  }
  if (!Number.isInteger(stride) || stride < 1 || stride > window) {
    throw new ArgumentError(op, `stride is ${String(stride)}; it is an integer from 1 to the window, ${window}.`);
  }
  return { window, stride };
}

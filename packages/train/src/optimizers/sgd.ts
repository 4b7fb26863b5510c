import { add, cast, mul, sub } from '@throughline/autograd';
import { full, type Tensor, zeros } from '@throughline/tensor';
import {
  checkMoments,
  checkOption,
  checkRate,
  floatLeaves,
  type Optimizer,
  type OptimizerState,
  pairLeaves,
  type Rate,
} from './optimizer.ts';

/** What gradient descent takes. */
export interface SgdOptions {
  /** The learning rate. */
  readonly rate: Rate;
  /** How much of the last step is kept: 0 by default. */
  readonly momentum?: number;
}

/** The steps' running sums, one per float leaf of the parameters; none without momentum. */
export interface SgdState extends OptimizerState {
  readonly m: readonly Tensor[];
}

/**
 * Gradient descent with momentum, as PyTorch has it: m ← momentum · m + g, p ← p − rate · m.
 *
 * No dampening, not Nesterov's variant. Leaves without a gradient keep their value and momentum.
 * Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
 * @throws ArgumentError for a hyperparameter out of range.
 * @example sgd({ rate: 0.1 }).update(sgd({ rate: 0.1 }).init(tensor(1)), tensor(5), tensor(1)).params   // f64[] 0.5
 */
export function sgd(options: SgdOptions): Optimizer<SgdState> {
  const { rate, momentum = 0 } = options;
  checkRate('sgd', rate);
  checkOption('sgd', 'momentum', momentum, (x) => x >= 0 && x < 1, 'a number from 0 to below 1');
  return {
    name: 'sgd',
    init(params) {
      const leaves = floatLeaves('sgd', params);
      return { step: full([], 0, 'int32'), m: momentum === 0 ? [] : leaves.map((p) => zeros(p.shape, p.dtype)) };
    },
    update(state, grads, params) {
      const leaves = pairLeaves('sgd', params, grads);
      checkMoments('sgd', 'm', state.m, momentum === 0 ? [] : leaves.params);
      const size = typeof rate === 'number' ? rate : rate(cast(state.step, 'float64'));
      const next = leaves.params.map((p, i) => {
        const g = leaves.grads[i] ?? null;
        const m = state.m[i];
        if (g === null) return { p, m };
        const step = m === undefined ? g : add(mul(momentum, m), g);
        return { p: sub(p, mul(typeof size === 'number' ? size : cast(size, p.dtype), step)), m: m && step };
      });
      return {
        state: { step: add(state.step, 1), m: next.flatMap(({ m }) => m ?? []) },
        params: leaves.rebuild(next.map(({ p }) => p)),
      };
    },
  };
}
